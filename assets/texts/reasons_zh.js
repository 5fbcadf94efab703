// Why can an utterance not be read, in Chinese? Reasons are stored as text, so each is found by its template: reasons.js.
export const REASONS = {
  "this is a folder": "这是文件夹", "not a regular file": "不是普通文件", "not a file": "不是文件", "the file is empty (0 bytes)": "文件为空（0 字节）", "no such file": "没有此文件", "the file is not there": "文件不存在", "nobody knows where the audio files are; start with --input_dir": "不知道音频文件在哪里；请用 --input_dir 启动", "there is no utterance {index}; the corpus has {n}": "没有语句 {index}；语料库共有 {n} 条", "permission denied": "权限不足",
  "not a possible file name: {why}": "文件名无效：{why}", "not audio that we can decode ({why})": "不是可解码的音频（{why}）", "no sound in this file": "文件中没有声音",
  "the data are damaged ({why})": "数据已损坏（{why}）", "the header says {rate} Hz": "文件头中的采样率为 {rate} Hz", "no channel {channel}: the file has {n}, counted from 0": "没有声道 {channel}：文件有 {n} 个声道，从 0 计数",
  "more than {n} samples: too long for an utterance": "超过 {n} 个采样：作为语句过长", "0 samples": "0 个采样", "NaN or infinite samples": "采样值为 NaN 或无穷大",
  "truncated: header says {says} s, data holds {holds} s": "已截断：文件头中为 {says} 秒，数据只有 {holds} 秒", "too short: {duration} ms, at least {least} ms are needed": "过短：{duration} 毫秒，至少需要 {least} 毫秒",
  "silent": "静音", "too little sound for the encoder": "声音过少，编码器无法使用", "crashed the decoder ({how})": "使解码器崩溃（{how}）", "the decoder hangs ({how})": "解码器无响应（{how}）",
  "no embedding in this row": "该行没有嵌入向量", "excluded by an earlier review": "已在先前的审阅中排除",
};

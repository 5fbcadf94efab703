// Why does an extraction not begin, or not go on, in Chinese? By the template.
export const EXTRACTION = {
  // the corpus
  "cannot list {where}: {why}; make it readable or move it out of the corpus": "无法列出 {where}：{why}；请使其可读，或将其移出语料",
  "no corpus: the folder {where} does not exist; check the path": "没有语料：文件夹 {where} 不存在；请检查路径", "no corpus: cannot list {where}: {why}; give a folder that can be read": "没有语料：无法列出 {where}：{why}；请填写可读取的文件夹",
  "no corpus: {folder} holds no audio file; found {found}; looked for {suffixes}": "没有语料：{folder} 中没有音频文件；其中有 {found}；查找的类型：{suffixes}", "no file at all": "任何文件都没有", "no suffix": "无后缀",
  "{n} × {suffix}": "{n} × {suffix}", "{n} folder of earlier exports|{n} folders of earlier exports": "{n} 个先前导出的文件夹",
  "no corpus yet: give --input_dir, the folder of recordings, or --manifest": "还没有语料：请填写录音文件夹（--input_dir）或清单（--manifest）", "--order manifest needs a manifest; leave it out or give --manifest": "按清单顺序需要清单；请选择其他顺序，或用 --manifest 给出清单",
  "input_dir and manifest both name the corpus in project.json; take one of them out": "project.json 中的 input_dir 和 manifest 都指定了语料；请去掉其中一个",

  // its manifest
  "cannot read the manifest {file}: {why}; check the path": "无法读取清单 {file}：{why}；请检查路径", "cannot read the manifest {file}: {why}": "无法读取清单 {file}：{why}",
  "no corpus: the manifest {file} names no file; it needs one per line": "没有语料：清单 {file} 中没有文件；需要每行一个", "found one word, expected an identifier and a path": "只有一个词，应为标识和路径",
  "a pipe (a command whose output is the audio); run it and name the file it makes": "管道（输出音频的命令）；请运行该命令，并写入所生成文件的路径",
  "no column called {name} in the header": "表头中没有名为 {name} 的列", "nothing in the column {name}": "{name} 列为空", "not JSON ({why})": "不是 JSON（{why}）", "no field called {name} or {other}": "没有名为 {name} 或 {other} 的字段",
  "a path that no file can have ({why})": "任何文件都不可能有的路径（{why}）", "a zero byte": "含零字节", "{name} is already named in line {earlier}; keep one of the two": "{name} 已列在第 {earlier} 行；请只保留其一",

  // the built-in encoder
  "fitting the built-in encoder crashed {n} times; see the log for the decoder at fault": "拟合内置编码器时崩溃 {n} 次；出错的解码器见日志", "{what} ({bad} of {sample} cannot be read, first {first})": "{what}（{sample} 个中有 {bad} 个无法读取，第一个是 {first}）",
  "no speech in the one sampled file: nothing to fit the encoder on|no speech in any of the {n} sampled files: nothing to fit the encoder on": "抽取的 {n} 个文件中都没有语音：无法拟合编码器",
  "{file} is missing; put it back, or extract into another folder": "缺少 {file}；请放回，或提取到其他文件夹", "cannot read the built-in encoder's background {file}: {why}; put it back, or extract into another folder": "无法读取内置编码器的背景文件 {file}：{why}；请放回，或提取到其他文件夹",
  "{file} was made by another version of the built-in encoder, or changed; put it back, or extract into another folder": "{file} 由内置编码器的其他版本生成，或已被更改；请放回，或提取到其他文件夹",

  // an encoder that is named
  "{folder} holds embeddings of {found}, asked for is {asked}; use that encoder or another folder": "{folder} 中是 {found} 的嵌入向量，现在要求的是 {asked}；请使用原编码器或其他文件夹", "the {name} encoder": "{name} 编码器",
  "{folder} was made from channel {found}, asked for is {asked}; give the same channel or another folder": "{folder} 取自声道 {found}，现在要求的是 {asked}；请选择相同的声道或其他文件夹",
  "no model directory {folder}: {owner} is here, so this was taken for a path and the Hugging Face hub was not asked; check the name, or start from another folder": "没有模型目录 {folder}：此处有 {owner}，因此将其视为路径，没有查询 Hugging Face；请检查名称，或从其他文件夹启动",
  "no model directory {folder}: expected a folder with {config} and {weights}": "没有模型目录 {folder}：应为含 {config} 和 {weights} 的文件夹", "{folder} lacks {missing} (found: {found}); some downloads have other names for them: rename": "{folder} 缺少 {missing}（现有：{found}）；有些下载使用其他名称：请改名",
  "{name} is no folder here, and cannot be had from the Hugging Face hub: {why}; try again with a network, or give a folder": "此处没有文件夹 {name}，也无法从 Hugging Face 获取：{why}；请联网后重试，或填写文件夹",
  "{name} holds no model directory: expected {wanted}, found {found}": "{name} 中没有模型目录：应有 {wanted}，现有 {found}", "cannot read {file}: {why}": "无法读取 {file}：{why}", "cannot load {file}: {why}": "无法加载 {file}：{why}",
  "{file} is no WeSpeaker configuration: expected `model: …` and `model_args: …`": "{file} 不是 WeSpeaker 配置：应有 `model: …` 和 `model_args: …`", "{file} holds no weights: expected names with tensors": "{file} 中没有权重：应为名称及其张量",
  "{file} is refused: truncated, no checkpoint, or with more in it than tensors ({why})": "拒绝使用 {file}：已截断、不是检查点，或含有张量以外的内容（{why}）", "cannot read {file}: truncated or no checkpoint ({why}); download it again": "无法读取 {file}：已截断或不是检查点（{why}）；请重新下载",
  "an .onnx file does not say what it hears: give --profile wespeaker, or damo": ".onnx 文件不说明其输入：请给出 --profile wespeaker 或 damo", "an .onnx file needs onnxruntime: pip install 'spkbound[onnx]'": ".onnx 文件需要 onnxruntime：pip install 'spkbound[onnx]'",

  // the machine
  "cannot ask for GPUs: {why}": "无法查询 GPU：{why}", "no GPU {numbers}: {there}; give others, or --gpus cpu": "没有 GPU {numbers}：{there}；请填写其他编号，或 cpu", "there are {n_gpus}, counted from 0": "共有 {n_gpus} 个，从 0 计起", "torch sees none here": "torch 在本机未发现 GPU",
  "no worker can be started: each died {times} times before its first task ({how})": "无法启动任何工作进程：每个在首个任务之前都终止了 {times} 次（{how}）", "worker {number} cannot begin: {why}": "工作进程 {number} 无法开始：{why}", "every task fails: {why}": "所有任务均失败：{why}",
  "cannot lock {file}: {why}; mount that file system with locks, or use another folder": "无法锁定 {file}：{why}；请以支持锁的方式挂载该文件系统，或使用其他文件夹", "the job in {folder} runs on {host}, and this is another machine; cancel it there": "{folder} 中的任务在 {host} 上运行，而这是另一台机器；请在那里取消",
  "cannot write to {folder}: {why}; choose another folder": "无法写入 {folder}：{why}；请选择其他文件夹", "parts in {folder} vanish or break while they are read; check that disk": "{folder} 中的部分文件在读取时消失或损坏；请检查该磁盘",
  "cannot write {file}: {why}; free some space or make the folder writable, then run the same command again: it goes on from there": "无法写入 {file}：{why}；请腾出空间或使文件夹可写，然后再次开始：会从此处继续",
};

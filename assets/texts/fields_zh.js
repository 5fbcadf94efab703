// What do the fields of Gradio say in Chinese? Their English is in spkbound/ui.
export const FIELDS = {
  "Settings": "设置", "Channel": "声道", "Workers": "工作进程", "one per physical core": "每个物理核心一个", "Encoder": "编码器", "built-in, needs no weights": "内置，无需权重文件",
  "a WeSpeaker folder, an .onnx file, or a name of the Hugging Face hub": "WeSpeaker 目录、.onnx 文件或 Hugging Face hub 名称",
  "GPUs": "GPU", "all of them": "全部", "numbers such as 0,1; or cpu": "编号，如 0,1；或 cpu", "Start extraction": "开始提取",
  "You may close this page. The workers go on; what is done stays done, also after a cancel or a crash.": "可以关闭本页。工作进程会继续；已完成的保留，取消或崩溃后也是如此。",
  "Method": "方法", "Expected utterances per speaker": "每个说话人的预期语句数", "a whole number, or auto": "整数，或 auto", "Window": "窗口",
  "how far from the expected place": "距预期位置的范围", "List of speakers": "说话人列表",
  "a CSV file with name and count (of files), in order; empty: none": "CSV 文件，按顺序列出 name 和 count（文件数）；留空表示无",
  "Run it again as often as you like: no decision is lost, and approved and rejected places are kept to.": "可任意多次重新检测：不会丢失任何决定，已确认和已驳回的位置会保留。",
  "Segment sizes": "片段大小", "Probabilities": "概率", "Utterances per segment": "每个片段的语句数", "Probability of exactly this place": "恰在此位置的概率",
  "Open a project": "打开项目", "A project is a folder with project.json. A folder that holds a result file alone opens as proposals.": "项目是含有 project.json 的文件夹。只含结果文件的文件夹会以候选边界的形式打开。",
  "Project folder": "项目文件夹", "Open": "打开", "New project": "新建项目",
  "Audio files stay where they are and are only read. Embeddings, decisions and logs go into the project.": "音频文件留在原处，只被读取。嵌入向量、决定和日志存入项目。",
  "Folder with the audio files": "音频文件夹", "Project folder, to be made": "项目文件夹（将新建）", "Create project": "创建项目",
  "0, the first": "0，第一个", "1, the second": "1，第二个", "mean of all": "所有声道的均值",
  "by path, byte-wise": "按路径，逐字节", "natural: x2 before x10": "自然顺序：x2 在 x10 之前", "as the manifest lists them": "按清单顺序",
  "global: the corpus as a whole": "global：语料整体", "cosine: as the baseline": "cosine：与基线相同", "gmm: as the baseline": "gmm：与基线相同",
};

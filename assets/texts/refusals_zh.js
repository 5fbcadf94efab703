// Why does the server not do it, and what came of an export and its verification, in Chinese? By the template.
export const REFUSALS = {
  // jobs
  "It was killed, or the machine went down.": "进程被终止，或机器曾关机。", "looking for boundaries among {n} utterances": "正在 {n} 条语句中查找边界",

  // the list of speakers
  "cannot read the list of speakers {where}: {why}; check the path": "无法读取说话人列表 {where}：{why}；请检查路径", "cannot read the list of speakers {where}: {why}": "无法读取说话人列表 {where}：{why}",
  "the list of speakers {where} names nobody; it needs a header (name,count) and a line each": "说话人列表 {where} 中没有说话人；需要表头（name,count），每个说话人一行",
  "line {line}: {what}": "第 {line} 行：{what}", "neither UTF-8 nor UTF-16; save the list as CSV UTF-8": "既不是 UTF-8 也不是 UTF-16；请将列表另存为 CSV UTF-8",
  "the header has no column {name} or {count}": "表头中没有 {name} 或 {count} 列", "more cells than the header; a name with the delimiter in it needs quotes": "单元格多于表头；含分隔符的名称需要加引号",
  "{name} is in line {earlier} already; tell the two apart": "{name} 已出现在第 {earlier} 行；请加以区分", "not CSV ({why})": "不是 CSV（{why}）",
  "the count {cell} is no whole number; write digits only, or nothing where unknown": "数量 {cell} 不是整数；请只写数字，未知则留空",

  // where an export cannot go
  "the corpus is not at {folder}; say where it is now (--input_dir)": "语料不在 {folder}；请用 --input_dir 指明现在的位置", "{folder} is the corpus itself; export into another folder": "{folder} 就是语料本身；请导出到其他文件夹",
  "{folder} is a file; export into a folder": "{folder} 是文件；请导出到文件夹", "another export into {folder} is running; wait for it": "正在向 {folder} 导出；请等待其完成",
  "cannot hard-link from {source} to {target}: they are on different disks; use --mode copy or symlink": "无法从 {source} 硬链接到 {target}：位于不同磁盘；请使用复制或符号链接",
  "cannot hard-link {source} to {target}: they are on different disks; use --mode copy or symlink": "无法将 {source} 硬链接到 {target}：位于不同磁盘；请使用复制或符号链接",
  "cannot link {source}: {why}; use --mode copy": "无法链接 {source}：{why}；请使用复制", "{folder} lies inside the corpus; a later scan of it finds what is exported now": "{folder} 位于语料之内；之后扫描语料会扫到本次导出的文件",
  "{folder} needs {needed} GB and its disk has {free} GB free; make room, choose another disk, or link instead of copying (--mode hardlink or symlink)": "{folder} 需要 {needed} GB，其磁盘可用 {free} GB；请腾出空间、选择其他磁盘，或使用硬链接或符号链接",
  "the disk of {folder} is full; make room and export again, it goes on from here": "{folder} 所在磁盘已满；请腾出空间后再次导出，会从此处继续", "cannot write {where}: {why}; mend it and export again": "无法写入 {where}：{why}；请解决后再次导出",
  "{folder}: the name {name} has {length} bytes and the target's disk allows {limit} ({n_such} such files); rename them, exclude them, or export to another disk":
    "{folder}：名称 {name} 有 {length} 字节，目标磁盘最多允许 {limit}（共 {n_such} 个这样的文件）；请改名、排除，或导出到其他磁盘",

  // what an export contradicts
  "nothing was exported: {conflicts} with what is in {folder}; export into a new folder, or remove the folders named": "未导出任何内容：与 {folder} 中的内容有{conflicts}；请导出到新文件夹，或移走所列文件夹",
  "{n} conflict|{n} conflicts": " {n} 处冲突", "{folder}: {why}": "{folder}：{why}", "{name}: {why}": "{name}：{why}", "{file}: {why}": "{file}：{why}", "{what}: {each}": "{what}：{each}", "{what}: {n} more": "{what}：另有 {n} 处", "conflict": "冲突",
  "its files are no longer in the corpus": "其文件已不在语料中", "{first} to {last}": "{first} 至 {last}", "{one} and {other}": "{one} 和 {other}",
  "exported with {files}, its segment is now {now_at} with {n_now}: {gone} gone, {added} added, {renamed} under another name": "导出时有 {files}，其片段现为 {now_at}，含 {n_now} 个：{gone} 个不再属于它，{added} 个新增，{renamed} 个改名",
  "a file has the name of the folder": "有文件占用了该文件夹的名称", "holds {files} that do not belong there, first {first}; move the folder away, or export into a new one": "含有 {files}不属于该处，第一个是 {first}；请移走该文件夹，或导出到新文件夹",
  "an earlier export left a link to the recording here, no copy; export copies into a folder of their own": "先前的导出在此处留下的是指向录音的链接而非副本；请将副本导出到单独的文件夹",
  "has {n} byte, the manifest says {told}|has {n} bytes, the manifest says {told}": "有 {n} 字节，清单中为 {told}", "its source cannot be read: {why}": "无法读取其源文件：{why}", "what is there cannot be read: {why}": "无法读取已有的文件：{why}",
  "a file with other content has that name": "已有同名但内容不同的文件", "it was exported before, is missing now, and its source has changed since": "曾经导出，现已缺失，且源文件之后有更改",
  "it changed while it was read": "读取期间发生了更改", "it is no regular file": "不是普通文件", "it vanished while it was copied": "复制期间消失",

  // what an export came to
  "wrote {files} ({size} MB) into {folders} in {time} s; {there}": "已将 {files}（{size} MB）写入 {folders}，用时 {time} 秒；{there}", "would write {files} ({size} MB) into {folders} in {time} s; {there}": "将把 {files}（{size} MB）写入 {folders}，用时 {time} 秒；{there}",
  "{n} speaker folder|{n} speaker folders": "{n} 个说话人文件夹", "{n} was there already|{n} were there already": "{n} 个之前已存在", "warning: {what}": "警告：{what}", "blind listening: {what}": "盲听：{what}",
  "left out: {unreadable} unreadable, {excluded} excluded, {undecided} in undecided segments": "未导出：{unreadable} 条无法读取，{excluded} 条已排除，{undecided} 条在未决定的片段中",
  "failed": "失败",

  // how an export differs from its manifest
  "no {name} in {folder}; name a folder that `export` wrote": "{folder} 中没有 {name}；请填写导出所写的文件夹",
  "{n} difference from the manifest|{n} differences from the manifest": "与清单有 {n} 处差异", "… and {n} more": "…以及另外 {n} 处",
  "{what}: {path}": "{what}：{path}", "{what}: {path} ({detail})": "{what}：{path}（{detail}）", "missing": "缺失", "extra": "多余", "size differs": "大小不同", "content differs": "内容不同", "broken line": "清单行损坏", "unfinished": "未完成",
  "{n} byte, the manifest says {told}|{n} bytes, the manifest says {told}": "{n} 字节，清单中为 {told}", "line {n}: {error}": "第 {n} 行：{error}", "line {n} names it again": "第 {n} 行重复列出", "an export was interrupted; export again": "导出曾被中断；请再次导出",
};

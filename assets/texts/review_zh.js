// What does the review page say in Chinese: its parts, buttons and dialogs? What it asks and answers: questions_zh.js.
export const REVIEW = {
  // everywhere
  "approved": "已确认", "added": "已添加", "rejected": "已驳回", "undecided": "未决定", "shifted": "已移动",
  "{s} s": "{s} 秒", "{minutes} min": "{minutes} 分钟", "{hours} h {minutes} min": "{hours} 小时 {minutes} 分钟",
  "{from} to {to}": "{from} 至 {to}", "{n} file|{n} files": "{n} 个文件", "{harm} speaker|{harm} speakers": "{harm} 位说话人",
  "{n} boundary|{n} boundaries": "{n} 个边界", "{n} utterance|{n} utterances": "{n} 条语句", "{done} of {total}": "{done} / {total}",
  "{who}, {when}": "{who}，{when}", "{words} ({who})": "{words}（{who}）", "you": "您", "somebody": "某人", "or": "或", "Close": "关闭", "excluded": "已排除", "unreadable: {why}": "无法读取：{why}",

  // timeline
  "Review": "审阅", "Whole corpus": "整个语料", "Zoom out": "缩小", "Zoom in": "放大", "Back to the boundary": "回到当前边界",
  "Similarity over the whole corpus": "整个语料的相似度", "similarity": "相似度", "worst prob.": "最低概率", "enlarged": "放大部分",
  "close-up {lo} to {hi}": "局部图 {lo} 至 {hi}",
  "Similarity over the whole corpus, and enlarged from {range}, with boundaries by state": "整个语料的相似度，并放大 {range}，边界按状态着色",

  // headline
  "Boundary": "边界", "Boundary {number}": "边界 {number}", "Place {place}": "位置 {place}", "of {total}": "/ {total}", "no boundary here": "此处没有边界",
  "between": "介于", "and": "与", "S adds one at the cursor": "按 S 在光标处添加", "nobody has decided here yet": "尚无人决定",
  "shifted from {place} by {who}, not yet approved": "从 {place} 移来（{who}），尚未确认", "{state} by {who}": "{state}（{who}）",
  "a change here": "此处换人", "exactly here": "恰在此处", "interval": "区间", "files": "个文件", "{p} % likely, {risk} files": "可能性 {p} %，{risk} 个文件",
  "X joins them": "按 X 合并", "Answers": "回答",

  // close-up and strip
  "Close-up": "局部图", "More utterances in the close-up": "局部图中显示更多语句", "More utterances": "更多语句",
  "Fewer utterances in the close-up": "局部图中显示更少语句", "Fewer utterances": "更少语句", "Cut": "切点",
  "Similarity to the left and to the right speaker": "与左侧和右侧说话人的相似度", "similarity to the left speaker": "与左侧说话人的相似度",
  "similarity to the right speaker": "与右侧说话人的相似度", "before utterance {place}": "在语句 {place} 之前", "outlier? {place}": "离群 {place}？",
  "was {place}": "原位 {place}", "yours: {place}": "您的：{place}", "95 % interval: {range}": "95 % 区间：{range}", "probability of each place": "各位置的概率",
  "the strip below shows these utterances": "下方条带显示这些语句", "Utterances round the cut": "切点附近的语句",
  "Waveforms or spectrograms": "波形或语谱图", "Spectrograms": "语谱图", "Left: {name}": "左：{name}", "Right: {name}": "右：{name}",
  "nothing": "无", "plays {part}": "播放 {part}", "tick": "提示音", "plays {place}, at the cursor": "播放光标处的 {place}",
  "Playing utterance {place}": "正在播放语句 {place}", "Play utterance {place}": "播放语句 {place}", "no sound: {why}": "没有声音：{why}",
  "Put the cut before {place}": "把切点放在 {place} 之前", "The cut, before {place}": "切点，在 {place} 之前",
  "No boundary here, before {place}": "{place} 之前没有边界", "file missing": "文件缺失", "no sound": "没有声音", "no sound in it": "其中没有声音",

  // deck
  "Actions": "操作", "Audition": "试听", "Play": "播放", "Stop": "停止", "Left": "左侧", "Right": "右侧", "voice": "说话人",
  "Three typical utterances of the left voice": "左侧说话人的三条典型语句", "Three typical utterances of the right voice": "右侧说话人的三条典型语句",
  "Play on through the segment": "连续播放到片段末尾", "Play on": "连播", "Utterances played on each side": "每侧播放的语句数", "Fewer": "减少", "More": "增加",
  "Speed": "速度", "Slower": "减慢", "Slower, same pitch": "减慢，音高不变", "Faster": "加快", "Faster, same pitch": "加快，音高不变",
  "Volume": "音量", "Quieter": "调低音量", "Louder": "调高音量", "Play on shift": "移动后播放", "Even loudness": "均衡响度", "Even": "均衡", "loudness": "响度",
  "Decision": "决定", "Approve, go on": "确认并继续", "Reject": "驳回", "Reject: join the two segments": "驳回：合并两个片段",
  "Shift the boundary by one": "把边界移动一位", "Shift by one to the left": "向左移动一位", "Shift": "移动", "Shift by one to the right": "向右移动一位",
  "Add": "添加", "Add a boundary at the cursor": "在光标处添加边界", "Exclude": "排除", "Include": "恢复",
  "Exclude or include the utterance at the cursor": "排除或恢复光标处的语句", "at {place}": "位于 {place}", "Undo": "撤销",
  "Previous boundary": "上一个边界", "Previous": "上一个", "Next boundary": "下一个边界", "Next": "下一个", "No, go on": "否，继续",

  // queue
  "Queue": "队列", "decided,": "已决定，", "left": "待决定", "Decided": "已决定", "What the last detection changed": "上次检测改变了什么",
  "Close the list": "关闭列表", "Expected misfiled files saved, by number of decisions": "预计避免的错放文件数，按决定数", "Order": "顺序",
  "Expected harm": "预期损害", "Corpus order": "语料顺序", "State": "状态", "Probability below": "概率低于", "Kind": "类型",
  "index": "序号", "probability": "概率", "state, risk": "状态、风险", "What waits": "等待审阅的项目", "The queue is empty": "队列为空",
  "Nothing matches the filters.": "没有符合筛选条件的项目。", "Other reviewers": "其他审阅者", "Any prob.": "任意概率", "< {p}": "低于 {p}",
  "Approve all above {p} …": "确认所有高于 {p} 的…", "{n} suggestion|{n} suggestions": "{n} 条建议", "there is no boundary": "没有边界",
  "every boundary is decided": "所有边界均已决定", "ready in about {time} at this pace": "按此速度约 {time} 后完成",
  "the pace shows after a few decisions": "完成几个决定后显示预计时间", "{what} from {place}": "{what}，原在 {place}", "with comment": "有备注",
  "{user} is here": "{user} 在此", "{user} and {n} more are here": "{user} 和另外 {n} 人在此", "Nothing can be heard: {why}": "无法播放：{why}", "Nothing here can be heard: the tiles say why.": "此处没有可播放的声音：原因见各语句。", "What is left is expected to misfile *less than one file* in all.": "剩余部分预计总共错放*不到一个文件*。",
  "By the speakers expected to be spoilt: two by a misplaced boundary, one by a superfluous one": "按预计受损的说话人数：错位的边界损及两人，多余的边界损及一人",
  "If it stays, expected: {speakers} spoilt speakers, {files} misfiled files": "若保持不变，预计：{speakers} 名说话人受损，{files} 个文件错放",
  "{n} misfiled file|{n} misfiled files": "{n} 个错放文件", "less than one misfiled file": "不到一个错放文件", "*{n}* would stay misfiled.": "预计仍有 *{n}* 个错放。",
  "The next *{n} decision* saves an expected *{saved}*.|The next *{n} decisions* save an expected *{saved}*.": "接下来的 *{n} 个决定*预计避免 *{saved}*。",
  "The next *{n} decision* saves an expected *{saved}*; after that, stop.|The next *{n} decisions* save an expected *{saved}*; after that, stop.": "接下来的 *{n} 个决定*预计避免 *{saved}*；之后即可停止。",
  "Undecided": "未决定", "Shifted": "已移动", "Approved": "已确认", "Added": "已添加", "Rejected": "已驳回", "All states": "所有状态",
  "All kinds": "所有类型", "Boundaries": "边界", "With comment": "有备注", "boundary": "边界", "boundary, shifted by {who}": "边界，已移动（{who}）",
  "boundary, added by {who}": "边界，已添加（{who}）", "boundary, {warning}": "边界，{warning}",
  "{n} decided": "已决定 {n}", "away {time}": "离开 {time}", "elsewhere on the page": "在其他页面",
  "reviewers agree on {agreed} of {twice} decided twice ({share} %)": "重复决定的 {twice} 处中，审阅者一致 {agreed} 处（{share} %）",

  // dialogs
  "Keys": "快捷键", "Letter keys": "字母键",
  "Keys act while focus is on the review or nowhere. Tab always moves focus; Enter and Space belong to a focused button or link.": "焦点在审阅区域或无焦点时快捷键有效。Tab 始终移动焦点；Enter 和 Space 属于有焦点的按钮或链接。",
  "Go to": "转到", "Index, or a part of a file name": "序号，或文件名的一部分", "Looking …": "正在查找…",
  "No utterance is called or numbered “{words}”.": "没有名称或序号为“{words}”的语句。", "The server does not answer; try again.": "服务器没有响应，请重试。",
  "Comment": "备注", "Comments": "备注", "What should be known of this place?": "关于此处有什么需要说明？", "Everybody who reviews sees it.": "所有审阅者都能看到。", "Store": "保存",
  "Approve many at once": "批量确认", "Undecided boundaries whose place is sure to": "未决定且位置概率达到以下数值的边界",
  "One step:": "算作一步：", "takes all of it back.": "可全部撤销。", "{p} and above": "{p} 及以上",
  "{n} boundary is left to decide.|{n} boundaries are left to decide.": "还有 {n} 个边界待决定。",
  "{n} is as sure, but with a suggestion: not approved here.|{n} are as sure, but with a suggestion: not approved here.": "另有 {n} 个概率同样高但附有建议，不在此确认。",
  "Approve {n} boundary|Approve {n} boundaries": "确认 {n} 个边界", "Nothing to approve": "没有可确认的边界",
  "Approved {n} boundary; U takes all of it back.|Approved {n} boundaries; U takes all of it back.": "已确认 {n} 个边界；按 U 全部撤销。",
  "{n} boundary, {risk} misfiled files expected among them|{n} boundaries, {risk} misfiled files expected among them": "{n} 个边界，其中预计错放 {risk} 个文件",

  // keys
  "The boundary": "边界操作", "Listen": "试听", "The cursor in the strip": "条带中的光标", "Go": "转到", "The page": "页面",
  "Reject, join the two segments": "驳回，合并两个片段", "Shift by one": "移动一位", "Shift by ten": "移动十位", "Comment on it": "添加备注",
  "Redo": "重做", "Play round the boundary, stop": "播放边界两侧，停止", "Left voice, three utterances": "左侧说话人，三条语句",
  "Right voice, three utterances": "右侧说话人，三条语句", "Fewer or more: k": "减少或增加 k", "Play on through the segment, stop": "连续播放到片段末尾，停止",
  "Slower or faster, same pitch": "减慢或加快，音高不变", "Quieter or louder": "调低或调高音量", "Move by one": "移动一位", "Move by ten": "移动十位",
  "Play that utterance": "播放该语句", "Add a boundary here": "在此添加边界", "Exclude or include this utterance": "排除或恢复该语句",
  "Exclude all asked about": "排除所有被询问的语句", "Next, previous": "下一个、上一个", "To an index or file name": "转到序号或文件名",
  "This list": "显示此列表", "Close, put the cursor away": "关闭，收起光标",
};

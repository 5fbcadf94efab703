// What does the review page say in Chinese when it asks, answers, fails or is done? Its parts: review_zh.js.
export const QUESTIONS = {
  // suggestions
  "Second change": "第二次换人", "Do not belong": "不属于此处", "Same voice": "同一说话人", "One speaker?": "是否一人？",
  "{n} utterance that does not belong|{n} utterances that do not belong": "{n} 条语句不属于此处", "the same voice?": "是同一说话人吗？",
  "somebody else inside {name}?": "{name} 中有其他人？", "second change inside {name}?": "{name} 中还有一次换人？",
  "{one} and {other} the same voice?": "{one} 与 {other} 为同一人？", "one speaker on both sides?": "两侧是同一说话人吗？",
  "{range} may be another speaker": "{range} 可能是另一说话人", "the speaker may change before {place}": "说话人可能在 {place} 之前更换",
  "one folder if so": "若是则合为一个文件夹", "; more like the voice beyond {place}": "；更像 {place} 之外的说话人",
  "{place} is one of {n} utterances": "{place} 是 {n} 条语句之一", "Yes: add two boundaries": "是：添加两个边界", "Yes: add a boundary": "是：添加边界",
  "All {n}": "全部 {n} 条", "Exclude it": "排除", "They belong, go on": "属于此处，继续", "It belongs, go on": "属于此处，继续",
  "Same speaker": "同一说话人", "Two speakers, go on": "两个说话人，继续",

  // detected again
  "moved": "移动", "new": "新增", "gone": "消失", "{n} moved": "{n} 个移动", "{n} new": "{n} 个新增", "{n} gone": "{n} 个消失",
  "Detected again: {what}. All decisions are kept.": "已重新检测：{what}。所有决定均已保留。", "no boundary changed": "没有边界改变",

  // conflict
  "approve": "确认", "reject": "驳回", "add": "添加", "exclude": "排除", "include": "恢复", "comment": "备注", "dismiss": "忽略建议", "same speaker": "同一说话人",
  "undo": "撤销", "redo": "重做", "shift to {place}": "移动到 {place}", "{what} at {place}": "{what}（{place}）", "shifted to {place}": "已移动到 {place}",
  "{user} shifted it to {place} meanwhile.": "其间 {user} 把它移动到 {place}。", "{user} {deed} {place} meanwhile.": "其间 {user} {deed} {place}。", "changed": "已更改",
  "Not stored: {what}. {why}": "未保存：{what}。{why}", "{user}: {what}": "{user}：{what}", "The server refused it.": "服务器拒绝了该操作。", "undone": "撤销", "redone": "重做", "Your other window": "您的另一个窗口", "Somebody": "某人",
  "Your wish to {wish} is not stored.": "您的操作“{wish}”未保存。", "You": "您", "now": "现在", "Apply mine: {wish}": "采用我的：{wish}",
  "Play round {place}": "播放 {place} 两侧", "Keep that version": "保留该版本", "Keep {user}’s version": "保留 {user} 的版本",
  "{n} boundary changed meanwhile and stayed as it is.|{n} boundaries changed meanwhile and stayed as they are.": "{n} 个边界其间已被更改，保持现状。",
  "The boundary is gone: add it where you want it.": "该边界已不存在：请在所需位置添加。",

  // remarks
  "There is nothing to undo.": "没有可撤销的操作。", "There is nothing to redo.": "没有可重做的操作。",
  "You are logged out. Log in again, here or in another tab: nothing is lost.": "您已退出登录。请在此处或另一标签页重新登录：不会丢失任何内容。",
  "No boundary here: S adds one at the cursor.": "此处没有边界：按 S 在光标处添加。",
  "This boundary is rejected: A keeps it, then it can be shifted.": "该边界已被驳回：按 A 保留后即可移动。", "This is the only one the filters leave.": "筛选后仅剩这一项。",
  "No boundary here to approve: S adds one at the cursor.": "此处没有可确认的边界：按 S 在光标处添加。", "No boundary here to reject.": "此处没有可驳回的边界。",
  "Set the cursor first: ↑ ↓, or click a tile. The boundary comes before it.": "请先设置光标：↑ ↓，或点击语句。边界位于其前。",
  "Nothing is before the first utterance.": "第一条语句之前没有内容。", "A boundary is already there.": "该处已有边界。",
  "Set the cursor first: ↑ ↓, or click a tile.": "请先设置光标：↑ ↓，或点击语句。", "Nothing is asked about utterances here.": "此处没有关于语句的询问。",
  "Excluded {place}; U takes it back.": "已排除 {place}；按 U 撤销。",
  "Excluded {n} utterance; U takes it back.|Excluded {n} utterances; U takes it back.": "已排除 {n} 条语句；按 U 撤销。",
  "{one} and {other} are one speaker; U takes it back.": "{one} 与 {other} 合为一个说话人；按 U 撤销。",
  "No utterance of this speaker can be played.": "该说话人没有可播放的语句。", "No utterance of the left speaker is known yet.": "尚不知左侧说话人的语句。",
  "No utterance of the right speaker is known yet.": "尚不知右侧说话人的语句。",

  // empty, failing, done
  "signed out, {pending} kept here": "已退出登录，{pending} 个决定保存在本机", "offline, {pending} kept here": "离线，{pending} 个决定保存在本机",
  "saving {pending}": "正在保存 {pending}", "All decisions stored": "所有决定均已保存",
  "No project is open": "没有打开的项目",
  "Start spkbound with a project folder, or choose the recordings on the Corpus page: python app.py FOLDER": "请用项目文件夹启动 spkbound，或在“语料”页选择录音：python app.py FOLDER",
  "Go to Corpus": "转到语料", "There are no recordings yet": "还没有录音",
  "Choose the folder or the list of recordings. Their order stays as it is; every file keeps its place.": "请选择录音文件夹或列表。顺序保持不变，每个文件保留其位置。",
  "The voices are not extracted yet": "尚未提取嵌入向量",
  "Boundaries are found by comparing the voices of the utterances. Extract them first; the page opens by itself when that is done.": "边界通过比较各语句的嵌入向量找到。请先提取；完成后本页会自动打开。",
  "No boundaries are proposed yet": "还没有候选边界",
  "The voices are extracted. Let the detector look for the places where the speaker changes, then decide about each of them here.": "嵌入向量已提取。请先检测说话人更换的位置，再在此逐一决定。",
  "Go to Detect": "转到检测", "The detector found no boundary": "检测未找到边界",
  "The whole corpus would be one speaker. If that is wrong, look at the expected size of a segment and detect again.": "整个语料将视为一个说话人。若不对，请检查预期片段大小并重新检测。",
  "The review cannot be opened": "无法打开审阅", "The server does not answer": "服务器没有响应", "The server answered {status}": "服务器返回 {status}",
  "The page tries again by itself. Decisions that were not stored yet are kept on this machine.": "页面会自动重试。尚未保存的决定保留在本机。",
  "Nothing left that the filters show": "筛选范围内已无剩余", "Every boundary is decided": "所有边界均已决定",
  "The filters hide what is still undecided. Clear them to see the rest.": "筛选隐藏了尚未决定的边界。清除筛选即可看到其余部分。",
  "All segments between kept boundaries are approved and can be exported. Every decision can still be undone.": "保留的边界之间的所有片段均已确认，可以导出。每个决定仍可撤销。",
  "decided": "已决定", "speakers": "说话人", "expected misfiled": "预计错放", "pace": "速度", "{time} each": "每个 {time}",
  "Go to Export": "转到导出", "Show all boundaries": "显示所有边界",
};

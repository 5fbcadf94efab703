// What do the operating system and the decoders say, in Chinese? Nothing of ours says it in English.
export const SYSTEM = {
  "No such file or directory": "没有此文件或文件夹", "Permission denied": "权限不足", "No space left on device": "磁盘空间不足", "Input/output error": "读写错误", "Is a directory": "是文件夹",
  "Not a directory": "不是文件夹", "Read-only file system": "文件系统只读", "File name too long": "文件名过长", "Disk quota exceeded": "超出磁盘配额", "Stale file handle": "文件句柄已失效",
  "Format not recognised": "无法识别格式",
};

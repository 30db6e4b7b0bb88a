//! Why a file could not be read, in both languages: our own reasons by their words, anything else
//! as what a library says of a damaged file.

use super::Say;

/// How a reason begins. What follows (a place, a name) is kept.
const REASONS: [(&str, &str); 24] = [
    ("it is cut off: its end is missing", "文件被截断，缺少结尾"),
    ("it is cut off", "文件被截断"),
    ("it is no compound file", "不是复合文档"),
    ("it declares a DOCTYPE", "含有 DOCTYPE 声明"),
    ("it lists no sheets", "没有列出工作表"),
    (
        "it promises more texts than it has bytes",
        "声明的文本数超过文件大小",
    ),
    (
        "it uses an entity that is not known",
        "使用了未知的实体引用",
    ),
    ("it has no pages", "没有任何页面"),
    ("its list of sheets is damaged", "工作表列表已损坏"),
    ("its code page is not known", "代码页未知"),
    ("its sector size is impossible", "扇区大小不合法"),
    (
        "its workbook does not begin as one",
        "工作簿的开头不符合格式",
    ),
    ("its content broke the reader", "内容无法解析"),
    ("two of its parts have the same name", "有两个部分同名"),
    (
        "a cell refers to a text that is not there",
        "有单元格引用了不存在的文本",
    ),
    ("a quotation mark is never closed", "引号没有闭合"),
    ("a second root element", "有第二个根元素"),
    ("aliases (*name) are not read", "不读取 YAML 别名（*name）"),
    ("cells out of order", "单元格顺序错乱"),
    ("rows out of order", "行的顺序错乱"),
    ("nothing in it", "里面没有内容"),
    ("the key ", "有重复的键："),
    ("there is no sheet at its place", "工作表不在应有的位置"),
    ("too many or too deeply nested values", "值太多或嵌套太深"),
];

/// A reason as a sentence; the words of a library stand in brackets behind a plain one.
pub fn reason(why: &str) -> Say {
    let own = REASONS
        .iter()
        .find_map(|(en, zh)| Some((zh, why.strip_prefix(en)?.trim())));
    match own {
        Some((zh, "")) => Say::new(why, *zh),
        Some((zh, rest)) => Say::new(why, format!("{zh}（{rest}）")),
        None => Say::new(
            format!("its content is damaged or incomplete ({why})"),
            format!("内容已损坏或不完整（{why}）"),
        ),
    }
}

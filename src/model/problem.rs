//! Something about an input that was not read or not understood: one code, one wording.
//!
//! All wordings stand here, in both languages, so that they can be read and mended in one place.

use super::reasons::reason;
use super::work::Stop;
use super::{Lang, Say, Spot};

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing; nothing was lost.
    Remark,
    /// Something was not understood; what depends on it may be unknown.
    Warning,
    /// A document or part of it could not be read.
    Error,
}

impl Level {
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Remark => "remark",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Problem {
    pub code: &'static str,
    pub level: Level,
    /// Path of the file, with `/`.
    pub path: String,
    pub part: Option<String>,
    pub spot: Spot,
    pub message: Say,
    pub hint: Say,
    /// The file is of a document format and was not read whole: lanes cannot be sure.
    pub blocks: bool,
}

impl Problem {
    fn new(code: &'static str, level: Level, path: &str, message: Say, hint: Say) -> Problem {
        Problem {
            code,
            level,
            path: path.to_string(),
            part: None,
            spot: Spot::Whole,
            message,
            hint,
            blocks: level == Level::Error,
        }
    }

    pub fn at(mut self, part: Option<&str>, spot: Spot) -> Problem {
        self.part = part.map(str::to_string);
        self.spot = spot;
        self
    }

    pub fn cannot_open(path: &str, why: &Say) -> Problem {
        Problem::new(
            "cannot-open",
            Level::Error,
            path,
            Say::new(
                format!("cannot be opened: {}", why.en),
                format!("打不开：{}", why.zh),
            ),
            Say::new(
                "Check that the file is there, is an ordinary file, and may be read.",
                "请检查文件是否存在、是否为普通文件、是否有读取权限。",
            ),
        )
    }

    /// A folder whose documents are not known.
    pub fn not_searched(path: &str, why: &Say) -> Problem {
        Problem::new(
            "cannot-open",
            Level::Error,
            path,
            Say::new(
                format!("this folder was not searched: {}", why.en),
                format!("该文件夹未检索：{}", why.zh),
            ),
            Say::new(
                "What lies in it is not known: see that it may be read, or move its documents up.",
                "其中的单证未知：请检查读取权限，或把单证移到上层文件夹。",
            ),
        )
    }

    /// A link to a folder that is searched anyway.
    pub fn linked_folder(path: &str) -> Problem {
        Problem::new(
            "passed-over",
            Level::Remark,
            path,
            Say::new(
                "a link to a folder that is read under its own name, passed over",
                "指向已读取文件夹的链接，已跳过",
            ),
            Say::default(),
        )
    }

    /// `limit` as the user may set it: `pages=2000`.
    pub fn too_large(path: &str, limit: &str) -> Problem {
        let name = limit.split('=').next().unwrap_or(limit);
        Problem::new(
            "over-limit",
            Level::Error,
            path,
            Say::new(
                format!("not read whole: it is over the limit {limit}"),
                format!("未读完：超过上限 {limit}"),
            ),
            Say::new(
                format!(
                    "Check that it is what it says it is; then split it, or raise the limit (--limit {name}=…)."
                ),
                format!("请检查该文件是否正常；正常则拆小，或调高上限（--limit {name}=…）。"),
            ),
        )
    }

    /// Work on a file or a shipment that did not come to an end: what depends on it is not known.
    pub fn not_finished(path: &str, stop: Stop, seconds: u64) -> Problem {
        let (why, hint) = match stop {
            Stop::OutOfTime => (
                Say::new(
                    format!("it took more than {seconds} seconds"),
                    format!("用时超过 {seconds} 秒"),
                ),
                Say::new(
                    "Check that it is what it says it is; then split it, or raise the limit (--limit seconds=…, --limit shipment-seconds=…).",
                    "请检查单证是否正常；正常则拆小，或调高上限（--limit seconds=…、--limit shipment-seconds=…）。",
                ),
            ),
            Stop::Broke => (
                Say::new("the program met a mistake of its own", "程序内部出错"),
                Say::new(
                    "Take out the files one by one to find the one that does it, and report it.",
                    "请逐个移走文件，找出引起错误的文件并反馈。",
                ),
            ),
        };
        let mut problem = Problem::new(
            "not-finished",
            Level::Error,
            path,
            Say::new(
                format!("not finished: {}", why.en),
                format!("未能完成：{}", why.zh),
            ),
            hint,
        );
        problem.blocks = true;
        problem
    }

    pub fn empty(path: &str) -> Problem {
        Problem::new(
            "empty-file",
            Level::Error,
            path,
            Say::new("the file is empty", "文件是空的"),
            Say::new(
                "Save or download it again, and replace this copy. If this run writes its output there, write it outside the shipment's folder.",
                "请重新保存或下载，替换这个文件。如果本次运行的输出正写入该文件，请写到单证文件夹之外。",
            ),
        )
    }

    pub fn encrypted(path: &str) -> Problem {
        Problem::new(
            "encrypted",
            Level::Error,
            path,
            Say::new(
                "the file is protected by a password and was not read",
                "文件有密码保护，未能读取",
            ),
            Say::new(
                "Save a copy without a password (File > Info > Protect) and put it in its place.",
                "请另存一份不带密码的文件，放回原处。",
            ),
        )
    }

    pub fn damaged(path: &str, format: &str, why: &str) -> Problem {
        Problem::unreadable(path, format, &reason(why))
    }

    pub fn unreadable(path: &str, format: &str, why: &Say) -> Problem {
        Problem::new(
            "damaged",
            Level::Error,
            path,
            Say::new(
                format!("this {format} file could not be read: {}", why.en),
                format!("无法读取该 {format} 文件：{}", why.zh),
            ),
            Say::new(
                "Open it in its own program, save it again, and replace this copy.",
                "请用原程序打开后重新保存，再替换这个文件。",
            ),
        )
    }

    pub fn unsupported(path: &str, format: &str, save_as: &str) -> Problem {
        Problem::new(
            "unsupported-format",
            Level::Error,
            path,
            Say::new(
                format!("{format} cannot be read yet"),
                format!("暂不能读取 {format}"),
            ),
            Say::new(
                format!("Save it as {save_as}."),
                format!("请另存为 {save_as}。"),
            ),
        )
    }

    /// Not a document at all: a picture, an archive, a program.
    pub fn not_a_document(path: &str, what: &Say) -> Problem {
        Problem::new(
            "not-a-document",
            Level::Remark,
            path,
            Say::new(
                format!("{} was not read", what.en),
                format!("{}，未读取", what.zh),
            ),
            Say::new(
                "If it holds a report or a list, supply that as PDF with text, XLSX, CSV or a transcript; pictures of pages are read after `greenlane ocr add`.",
                "如果里面是报告或清单，请提供带文字的 PDF、XLSX、CSV 或抄录文件；添加识别模型（命令“greenlane ocr add”）后可识别页面图像。",
            ),
        )
    }

    /// A configuration that lies beside the papers and says how to judge.
    pub fn not_trusted(path: &str, keys: &str) -> Problem {
        Problem::new(
            "configuration-not-used",
            Level::Warning,
            path,
            Say::new(
                format!("it lies beside the papers: what it says of {keys} is not used"),
                format!("该配置与单证放在一起，其中的 {keys} 不予采用"),
            ),
            Say::new(
                "Name it with --config, or keep it in a folder above.",
                "请用 --config 指定，或放在上一级文件夹中。",
            ),
        )
    }

    /// A report, a record, an inventory of an earlier run.
    pub fn own_output(path: &str, schema: &str) -> Problem {
        Problem::new(
            "own-output",
            Level::Remark,
            path,
            Say::new(
                format!(
                    "written by greenlane itself ({schema}): no document of the shipment, passed over"
                ),
                format!("greenlane 自己生成的文件（{schema}），不是本票单证，已跳过"),
            ),
            Say::new(
                "Keep it outside the shipment's folder.",
                "请放在单证文件夹之外。",
            ),
        )
    }

    pub fn passed_over(path: &str) -> Problem {
        Problem::new(
            "passed-over",
            Level::Remark,
            path,
            Say::new(
                "a lock or system file, passed over",
                "临时文件或系统文件，已跳过",
            ),
            Say::default(),
        )
    }

    pub fn ignored(path: &str) -> Problem {
        Problem::new(
            "ignored",
            Level::Remark,
            path,
            Say::new(
                "passed over as the configuration asks",
                "按配置文件要求跳过",
            ),
            Say::default(),
        )
    }

    pub fn no_text_layer(path: &str, page: Option<u32>) -> Problem {
        let (en, zh) = match page {
            Some(page) => (
                format!("page {} holds no text (a scan or a picture)", page + 1),
                format!("第 {} 页没有文字（扫描件或图片）", page + 1),
            ),
            None => (
                "the PDF holds no text: it is a scan or a picture".to_string(),
                "PDF 没有文字层：是扫描件或图片".to_string(),
            ),
        };
        let spot = page.map_or(Spot::Whole, |page| Spot::PageLine { page, line: 0 });
        Problem::new(
            "no-text-layer",
            Level::Error,
            path,
            Say::new(en, zh),
            read_it(),
        )
        .at(None, spot)
    }

    /// A transcript lies beside the scan and is used in its place.
    pub fn give_way_to_transcript(&mut self) {
        self.level = Level::Remark;
        self.blocks = false;
        self.hint = Say::new(
            "The transcript of the same name is used in its place.",
            "已使用同名的抄录文件代替。",
        );
    }

    /// A transcript of what a program read, that names nobody who compared it with the picture.
    pub fn transcript_unconfirmed(path: &str) -> Problem {
        Problem::new(
            "transcript-unconfirmed",
            Level::Warning,
            path,
            Say::new(
                "a program read this from a scan, and nobody has confirmed it: nothing passes by it",
                "内容由程序从扫描件识别，尚未经人工确认，不能据此判为通过",
            ),
            Say::new(
                "Compare each value with the picture, then write your name and the day: `confirmed: NAME 2026-06-03`.",
                "请逐项对照图像核对，然后写上姓名和日期：confirmed: 姓名 2026-06-03。",
            ),
        )
    }

    /// A transcript that was made from another file than the scan beside it.
    pub fn transcript_of_another(path: &str) -> Problem {
        Problem::new(
            "transcript-of-another",
            Level::Warning,
            path,
            Say::new(
                "it was made from another file than the scan of its name, and is not used",
                "该录入文件依据的并非旁边的同名扫描件，不予采用",
            ),
            Say::new(
                "Read the scan again and confirm what is read of it: each scan needs its own confirmation.",
                "请重新识别该扫描件并确认：每份扫描件须单独确认。",
            ),
        )
    }

    /// A transcript of what a program read, without the scan.
    pub fn transcript_alone(path: &str) -> Problem {
        Problem::new(
            "transcript-alone",
            Level::Warning,
            path,
            Say::new(
                "the scan it was made from is not beside it: nothing passes by it",
                "所依据的扫描件不在旁边，不能据此判为通过",
            ),
            Say::new(
                "Supply the scan under the same name.",
                "请提供同名的扫描件。",
            ),
        )
    }

    pub fn undecodable_text(path: &str, page: u32) -> Problem {
        Problem::new(
            "undecodable-text",
            Level::Error,
            path,
            Say::new(
                format!("the text of page {} cannot be decoded (its fonts do not say which characters they draw)", page + 1),
                format!("第 {} 页的文字无法解码（字体没有字符对照表）", page + 1),
            ),
            Say::new(
                "Ask for a PDF exported with embedded Unicode fonts, or type it into a transcript.",
                "请索取嵌入 Unicode 字体的 PDF，或抄录其内容。",
            ),
        )
        .at(None, Spot::PageLine { page, line: 0 })
    }

    /// Two different texts in one place of a page.
    pub fn overprinted(path: &str, page: u32, one: &str, other: &str) -> Problem {
        let page = page + 1;
        Problem::new(
            "overprinted",
            Level::Warning,
            path,
            Say::new(
                format!(
                    "on page {page} texts are printed over each other: {} and {}",
                    quoted(one),
                    quoted(other)
                ),
                format!(
                    "第 {page} 页有文字重叠：{} 与 {}",
                    quoted(one),
                    quoted(other)
                ),
            ),
            Say::new(
                "Look at the page; ask for a clean copy, or type it into a transcript (.yaml) of the same name.",
                "请查看该页，索取清晰版本，或在同名 .yaml 中抄录。",
            ),
        )
    }

    /// Text that somebody's program read from the picture of a page.
    pub fn recognised_text(path: &str, page: u32) -> Problem {
        let page = page + 1;
        Problem::new(
            "recognised-text",
            Level::Warning,
            path,
            Say::new(
                format!(
                    "page {page} is a picture with text that a program recognised and laid under it"
                ),
                format!("第 {page} 页为扫描图像，文字由识别软件生成并置于图像之下"),
            ),
            Say::new(
                "Compare the values with the picture: recognised text can hold wrong characters.",
                "请对照图像核对数值：识别的文字可能有误。",
            ),
        )
    }

    /// A page, or a whole file, that was read from its picture.
    pub fn read_from_picture(path: &str, page: Option<u32>) -> Problem {
        let (en, zh) = match page.map(|page| page + 1) {
            Some(page) => (
                format!("page {page} is a picture: its text was recognised"),
                format!("第 {page} 页是图像，文字由程序识别"),
            ),
            None => (
                "it is a picture: its text was recognised".to_string(),
                "这是图像，文字由程序识别".to_string(),
            ),
        };
        let spot = page.map_or(Spot::Whole, |page| Spot::PageLine { page, line: 0 });
        let hint = Say::new(
            "Compare the values with the picture: recognised text can hold wrong characters.",
            "请对照图像核对数值：识别的文字可能有误。",
        );
        Problem::new(
            "recognised-text",
            Level::Warning,
            path,
            Say::new(en, zh),
            hint,
        )
        .at(None, spot)
    }

    pub fn page_incomplete(path: &str, page: u32, why: &str) -> Problem {
        let why = reason(why);
        Problem::new(
            "page-incomplete",
            Level::Error,
            path,
            Say::new(
                format!("page {} was read only in part: {}", page + 1, why.en),
                format!("第 {} 页只读出一部分：{}", page + 1, why.zh),
            ),
            Say::new(
                "Print the document to PDF again from its own program.",
                "请用原程序重新打印成 PDF。",
            ),
        )
        .at(None, Spot::PageLine { page, line: 0 })
    }

    pub fn sheet_incomplete(path: &str, part: Option<&str>, spot: Spot, why: &Say) -> Problem {
        Problem::new(
            "sheet-incomplete",
            Level::Error,
            path,
            Say::new(
                format!("the sheet was read only in part: {}", why.en),
                format!("该工作表只读出一部分：{}", why.zh),
            ),
            Say::new(
                "Open it in its own program, save it as XLSX, and replace this copy.",
                "请用原程序打开后另存为 XLSX，再替换这个文件。",
            ),
        )
        .at(part, spot)
    }

    pub fn unknown_kind(path: &str, part: Option<&str>, nearest: Option<&str>) -> Problem {
        let near = nearest.map_or(String::new(), |k| format!("; nearest kind: {k}"));
        let near_zh = nearest.map_or(String::new(), |k| format!("；最接近的类型：{k}"));
        Problem::new(
            "unknown-kind",
            Level::Remark,
            path,
            Say::new(
                format!("read, but no kind of document fits its titles and headings{near}"),
                format!("已读取，但标题和表头不符合任何单证类型{near_zh}"),
            ),
            Say::new(
                "If it belongs to the shipment, give it a title or add its headings in greenlane.yaml; `greenlane read` shows what was seen.",
                "如属于本票货物，请加上标题，或在 greenlane.yaml 里添加表头；可用 greenlane read 查看识别情况。",
            ),
        )
        .at(part, Spot::Whole)
    }

    /// A heading or label that may be one of some fields and was taken for none.
    pub fn not_understood(path: &str, text: &str, fields: &[&str]) -> Problem {
        let text = text.replace('\n', " ");
        let names: Vec<Say> = fields.iter().map(|f| Say::of_heading(f)).collect();
        let all = |lang, between| -> String {
            let each: Vec<&str> = names.iter().map(|n| n.get(lang)).collect();
            each.join(between)
        };
        let (en, zh) = (all(Lang::En, ", "), all(Lang::Zh, "、"));
        Problem::new(
            "not-understood",
            Level::Warning,
            path,
            Say::new(
                format!("“{text}” was not understood; it may be: {en}"),
                format!("未能识别“{text}”；可能是：{zh}"),
            ),
            Say::new(
                "If it is one of these, add it under headings: in greenlane.yaml; `greenlane read --suggest` proposes the line.",
                "如属其中一项，请在 greenlane.yaml 的 headings: 中添加；greenlane read --suggest 会给出该行。",
            ),
        )
    }

    /// A paper that is known and no document of a shipment.
    pub fn set_aside(path: &str, part: Option<&str>, what: &Say, why: &str) -> Problem {
        Problem::new(
            "set-aside",
            Level::Remark,
            path,
            Say::new(
                format!("a {}, set aside ({why})", what.en),
                format!("{}，不参与核对（{why}）", what.zh),
            ),
            Say::new(
                "If it is a document of the shipment all the same, say which under files: in greenlane.yaml.",
                "如确属本票单证，请在 greenlane.yaml 的 files: 中注明其类型。",
            ),
        )
        .at(part, Spot::Whole)
    }

    pub fn encoding_doubt(path: &str, encoding: &str, bad: usize) -> Problem {
        Problem::new(
            "encoding-doubt",
            Level::Warning,
            path,
            Say::new(
                format!("read as {encoding}, but {bad} bytes do not fit that encoding"),
                format!("按 {encoding} 读取，但有 {bad} 个字节不符合该编码"),
            ),
            Say::new(
                "Save it again as CSV UTF-8 or XLSX.",
                "请重新保存为 CSV UTF-8 或 XLSX。",
            ),
        )
    }

    pub fn lying_name(path: &str, says: &str, is: &str) -> Problem {
        Problem::new(
            "name-and-content-differ",
            Level::Remark,
            path,
            Say::new(
                format!("named .{says}, but it is {is}; read as what it is"),
                format!("扩展名是 .{says}，实际是 {is}；已按实际内容读取"),
            ),
            Say::default(),
        )
    }

    /// A page of the web saved under the name of a document: a login or an error page.
    pub fn web_page(path: &str, says: &str) -> Problem {
        Problem::new(
            "web-page",
            Level::Error,
            path,
            Say::new(
                format!("named .{says}, but it is a web page without any table"),
                format!("扩展名是 .{says}，实际是没有表格的网页"),
            ),
            Say::new(
                "It may be a login or error page: download the document again.",
                "可能是登录页或错误页：请重新下载该文件。",
            ),
        )
    }

    pub fn restored_zero(
        path: &str,
        part: Option<&str>,
        spot: Spot,
        raw: &str,
        restored: &str,
    ) -> Problem {
        Problem::new(
            "restored-zero",
            Level::Remark,
            path,
            Say::new(
                format!("the numeric cell {raw} lost a leading zero; read as {restored}"),
                format!("数字单元格 {raw} 丢失前导零；按 {restored} 处理"),
            ),
            Say::new(
                "Format the column as text and type the code again.",
                "请把该列设为文本格式后重新填写编码。",
            ),
        )
        .at(part, spot)
    }

    pub fn no_value(path: &str, part: Option<&str>, spot: Spot, what: &Say) -> Problem {
        Problem::new(
            "cell-without-value",
            Level::Warning,
            path,
            Say::new(
                format!("the cell holds {}: its value is not known", what.en),
                format!("单元格是{}：其值不明", what.zh),
            ),
            Say::new(
                "Open the workbook, let it calculate, mend the cell and save.",
                "请打开工作簿重新计算，修正该单元格后保存。",
            ),
        )
        .at(part, spot)
    }

    /// Rows of a delimited text with more values than the heading has columns.
    pub fn wide_rows(path: &str, spot: Spot, count: usize, first: &str) -> Problem {
        Problem::new(
            "wide-row",
            Level::Warning,
            path,
            Say::new(
                format!(
                    "{count} value(s) stand beyond the last heading, the first “{first}”: a separator inside a value may have shifted the row"
                ),
                format!("有 {count} 个值超出最后一列标题，第一个是“{first}”：值中的分隔符可能使该行错位"),
            ),
            Say::new(
                "Put quotes around values that contain the separator, or save as XLSX.",
                "请给含分隔符的值加引号，或另存为 XLSX。",
            ),
        )
        .at(None, spot)
    }

    /// Dates whose day and month could change places.
    pub fn two_days(path: &str, field: &str, raw: &str, count: usize) -> Problem {
        Problem::new(
            "ambiguous-date",
            Level::Warning,
            path,
            Say::new(
                format!(
                    "{field}: {} could be two days{}",
                    quoted(raw),
                    more(count).en
                ),
                format!("{field}：{} 可以是两个日期{}", quoted(raw), more(count).zh),
            ),
            Say::new(
                "Write the year first (2026-05-09).",
                "请按年月日写（2026-05-09）。",
            ),
        )
    }

    /// Values that do not read as what their field holds.
    pub fn unreadable_value(
        path: &str,
        field: &str,
        raw: &str,
        count: usize,
        wanted: &(&str, &str),
    ) -> Problem {
        let (en, zh) = wanted;
        Problem::new(
            "unreadable-value",
            Level::Warning,
            path,
            Say::new(
                format!("{field}: {} is not {en}{}", quoted(raw), more(count).en),
                format!("{field}：{} 不是{zh}{}", quoted(raw), more(count).zh),
            ),
            Say::new(
                "Correct the cell; what depends on it cannot be decided.",
                "请更正该单元格；与其相关的判断无法进行。",
            ),
        )
    }

    /// A line of the manifest that the declaration does not have.
    pub fn line_not_declared(path: &str, number: &str, _: &str) -> Problem {
        Problem::new(
            "line-not-declared",
            Level::Warning,
            path,
            Say::new(
                format!(
                    "line {} is not declared; what is said of it is not used",
                    quoted(number)
                ),
                format!("报关单没有第 {} 项；其内容未采用", quoted(number)),
            ),
            Say::new(
                "Write the line's item number of the declaration.",
                "请填写报关单上的项号。",
            ),
        )
    }

    /// The manifest names another batch than the declaration, which counts.
    pub fn batch_differs(path: &str, batch: &str, declared: &str) -> Problem {
        Problem::new(
            "batch-differs",
            Level::Warning,
            path,
            Say::new(
                format!(
                    "states the batch {}, declared is {}, which is used",
                    quoted(batch),
                    quoted(declared)
                ),
                format!(
                    "批号写为 {}，申报为 {}；以申报为准",
                    quoted(batch),
                    quoted(declared)
                ),
            ),
            Say::new("Correct the one that is wrong.", "请更正写错的一处。"),
        )
    }

    /// A category of goods no lane knows.
    pub fn unknown_category(path: &str, category: &str, near: Option<&str>) -> Problem {
        let near = near.map_or(Say::default(), |near| {
            Say::new(
                format!(" (did you mean “{near}”?)"),
                format!("（是否为“{near}”？）"),
            )
        });
        Problem::new(
            "unknown-category",
            Level::Warning,
            path,
            Say::new(
                format!("no lane knows the category {}{}", quoted(category), near.en),
                format!("没有通道使用类别 {}{}", quoted(category), near.zh),
            ),
            Say::new(
                "Correct the category, or take it out: the lane's own words and codes decide.",
                "请更正或删除该类别；以通道自身的用词和编号为准。",
            ),
        )
    }

    /// A row of a table that lacks what its entry is known by, or where that cannot be read.
    pub fn row_left_out(
        path: &str,
        field: &str,
        raw: &str,
        unreadable: bool,
        count: usize,
    ) -> Problem {
        let (en, zh) = if unreadable {
            ("cannot be read", "无法识别")
        } else {
            ("is missing", "缺失")
        };
        Problem::new(
            "row-left-out",
            Level::Warning,
            path,
            Say::new(
                format!(
                    "the row at {} is not used: {field} {en}{}",
                    quoted(raw),
                    more(count).en
                ),
                format!(
                    "{} 所在行未采用：{field} {zh}{}",
                    quoted(raw),
                    more(count).zh
                ),
            ),
            Say::new(
                "Fill in or correct the cell; the other rows are used.",
                "请补填或更正该单元格；其他行照常使用。",
            ),
        )
    }

    /// What stands beside the cells of a paper, or was struck out of one, and is no value.
    pub fn beside_the_cells(path: &str, what: &Say, text: &str) -> Problem {
        Problem::new(
            "beside-the-cells",
            Level::Warning,
            path,
            Say::new(
                format!("{} says {}", what.en, quoted(text)),
                format!("{}写有 {}", what.zh, quoted(text)),
            ),
            Say::new(
                "Look whether it changes what the cells say; it was not taken as a value.",
                "请查看是否改变单元格的内容；未作为数值采用。",
            ),
        )
    }

    /// What stands in the picture of a page and was not read.
    pub fn not_read_there(path: &str, what: &Say) -> Problem {
        Problem::new(
            "not-read-there",
            Level::Warning,
            path,
            Say::new(
                format!("{}: handwriting, a drawing, or too faint", what.en),
                format!("{}：手写、图形或过于模糊", what.zh),
            ),
            Say::new(
                "Look whether it changes what the cells say.",
                "请查看是否改变单元格的内容。",
            ),
        )
    }

    /// More of it than is told one by one.
    pub fn more_beside_the_cells(path: &str, count: usize) -> Problem {
        let what = Say::new(
            format!("{count} more notes, boxes and the like stand beside the cells"),
            format!("单元格之外另有 {count} 处批注、文本框等"),
        );
        let mut problem = Problem::beside_the_cells(path, &what, "");
        problem.message = what;
        problem
    }

    /// Cells whose text nobody sees.
    pub fn unseen(path: &str, what: &Say) -> Problem {
        Problem::new(
            "unseen-text",
            Level::Warning,
            path,
            what.clone(),
            Say::new(
                "Make them visible or take them out; what nobody sees does not count.",
                "请恢复可见或删除；看不见的内容不作数。",
            ),
        )
    }

    /// A number with more digits than its cell keeps.
    pub fn digits_lost(path: &str, number: &str) -> Problem {
        Problem::new(
            "digits-lost",
            Level::Warning,
            path,
            Say::new(
                format!(
                    "{} stands in a numeric cell, which keeps 15 digits: the others are lost",
                    quoted(number)
                ),
                format!(
                    "{} 存于数字单元格，只保留 15 位有效数字，其余数字已丢失",
                    quoted(number)
                ),
            ),
            Say::new(
                "Format the cell as text and type the number again.",
                "请把该单元格设为文本格式后重新填写。",
            ),
        )
    }

    /// A name that a spreadsheet turned into a date or a number.
    pub fn became(
        path: &str,
        field: &str,
        raw: &str,
        count: usize,
        what: &(&str, &str),
    ) -> Problem {
        let (en, zh) = what;
        Problem::new(
            "changed-by-the-sheet",
            Level::Warning,
            path,
            Say::new(
                format!(
                    "{field}: the cell holds {en}, {}{}; the spreadsheet may have changed what was typed",
                    quoted(raw),
                    more(count).en
                ),
                format!(
                    "{field}：单元格存的是{zh} {}{}；可能被表格软件自动改写",
                    quoted(raw),
                    more(count).zh
                ),
            ),
            Say::new(
                "Format the column as text and type it again.",
                "请把该列设为文本格式后重新填写。",
            ),
        )
    }

    /// A key of a tree that stands twice.
    pub fn key_twice(path: &str, pointer: &str, one: Option<&str>, other: Option<&str>) -> Problem {
        let values = match (one, other) {
            (Some(one), Some(other)) => Say::new(
                format!(": {} and {}", quoted(one), quoted(other)),
                format!("：{} 与 {}", quoted(one), quoted(other)),
            ),
            _ => Say::default(),
        };
        Problem::new(
            "key-twice",
            Level::Warning,
            path,
            Say::new(
                format!("the key {pointer} stands twice{}", values.en),
                format!("键 {pointer} 出现两次{}", values.zh),
            ),
            Say::new(
                "Keep the one that is meant; while both stand, its value is not known.",
                "请保留正确的一个；两个并存时其值不明。",
            ),
        )
        .at(None, Spot::Pointer(pointer.into()))
    }

    /// A key typed with the colon of Chinese script.
    pub fn wide_colon(path: &str, line: u32) -> Problem {
        Problem::new(
            "full-width-colon",
            Level::Warning,
            path,
            Say::new(
                format!(
                    "line {} has a full-width colon (：); read as a plain one",
                    line + 1
                ),
                format!("第 {} 行用了全角冒号（：）；已按半角冒号读取", line + 1),
            ),
            Say::new(
                "Type a plain colon and a space behind it.",
                "请改为半角冒号，后加一个空格。",
            ),
        )
        .at(None, Spot::Line { line })
    }

    /// An archive: the papers in it are not known.
    pub fn archive(path: &str) -> Problem {
        Problem::new(
            "archive",
            Level::Warning,
            path,
            Say::new(
                "an archive, whose files were not read",
                "压缩包，其中的文件未读取",
            ),
            Say::new(
                "Unpack it and put its papers into the shipment's folder.",
                "请解压后把其中的单证放入本票文件夹。",
            ),
        )
    }

    pub fn hidden(path: &str, part: Option<&str>, what: &Say) -> Problem {
        Problem::new(
            "hidden",
            Level::Remark,
            path,
            Say::new(
                format!("{} (read all the same)", what.en),
                format!("{}（仍已读取）", what.zh),
            ),
            Say::default(),
        )
        .at(part, Spot::Whole)
    }

    /// Revision marks: the text is read as it stands once all changes are accepted.
    pub fn tracked_changes(path: &str) -> Problem {
        Problem::new(
            "tracked-changes",
            Level::Remark,
            path,
            Say::new(
                "the document holds tracked changes; read as if all were accepted (deleted text left out, inserted text kept)",
                "文档含修订标记；按全部接受读取（删除的内容不读，插入的内容保留）",
            ),
            Say::new(
                "Accept or reject the changes and save, so that everybody reads the same text.",
                "请接受或拒绝修订后保存，以免各人看到的内容不同。",
            ),
        )
    }

    /// Something beside the text that was not read.
    pub fn left_out(path: &str, what: &Say) -> Problem {
        Problem::new(
            "left-out",
            Level::Remark,
            path,
            Say::new(
                format!("not read: {}", what.en),
                format!("未读取：{}", what.zh),
            ),
            Say::default(),
        )
    }

    /// A part of the document that stands in another file, or is one.
    pub fn part_elsewhere(path: &str, what: &Say) -> Problem {
        Problem::new(
            "part-elsewhere",
            Level::Error,
            path,
            Say::new(
                format!("not read whole: {}", what.en),
                format!("未读完：{}", what.zh),
            ),
            Say::new(
                "Open it in its own program and save it as one file (XLSX, DOCX or PDF with text).",
                "请用原程序打开，另存为单个文件（XLSX、DOCX 或带文字的 PDF）。",
            ),
        )
    }

    /// A written document of nothing but pictures.
    pub fn pictures_only(path: &str) -> Problem {
        Problem::new(
            "no-text-layer",
            Level::Error,
            path,
            Say::new(
                "the document holds pictures and no text",
                "文档里只有图片，没有文字",
            ),
            Say::new(
                "Ask the lab for the original, or type it into a transcript (.yaml) of the same name, or run OCR elsewhere and save the text.",
                "请向实验室索取原件，或按同名 .yaml 抄录内容，或用其他软件做文字识别后保存。",
            ),
        )
    }

    pub fn ambiguous(
        path: &str,
        part: Option<&str>,
        spot: Spot,
        message: Say,
        hint: Say,
    ) -> Problem {
        Problem::new("ambiguous", Level::Warning, path, message, hint).at(part, spot)
    }

    /// A list of families asks for a lane that is not loaded: the family cannot be judged in it.
    pub fn no_such_lane(family: &str, lane: &str) -> Problem {
        Problem::new(
            "no-such-lane",
            Level::Error,
            family,
            Say::new(
                format!("asks for the lane {lane}, which is not loaded"),
                format!("要求的通道 {lane} 未加载"),
            ),
            Say::new(
                "Correct the lane's id; `greenlane lanes` lists them.",
                "请更正通道编号；`greenlane lanes` 可列出全部通道。",
            ),
        )
    }

    /// Several reports name a model; one was chosen for a reason.
    pub fn chosen_report(path: &str, message: Say) -> Problem {
        Problem::new(
            "chosen-report",
            Level::Remark,
            path,
            message,
            Say::default(),
        )
    }

    /// Two papers with one report number.
    pub fn duplicate_report(path: &str, message: Say) -> Problem {
        let hint = Say::new(
            "Keep the one that was issued last, and take the other out.",
            "请保留最后签发的一份，移走另一份。",
        );
        Problem::new("duplicate-report", Level::Warning, path, message, hint)
    }

    /// A declaration or packing list that is here twice.
    pub fn duplicate_document(path: &str, message: Say) -> Problem {
        let hint = Say::new("Take the copy out.", "请移走副本。");
        Problem::new("duplicate-document", Level::Warning, path, message, hint)
    }

    /// An alias that is not used, or cannot be.
    pub fn alias(code: &'static str, path: &str, message: Say) -> Problem {
        let level = match code {
            "alias-unused" | "alias-not-in-force" => Level::Remark,
            _ => Level::Warning,
        };
        let hint = Say::new(
            "Correct or remove it in the alias table.",
            "请在别名表中更正或删除。",
        );
        Problem::new(code, level, path, message, hint)
    }

    /// Whether it is of a document that is here twice and counts once.
    pub fn is_of_copy(&self) -> bool {
        self.code == "duplicate-document"
    }

    /// Whether it is of an alias.
    pub fn is_of_alias(&self) -> bool {
        self.code.starts_with("alias")
    }

    pub fn config(code: &'static str, path: &str, message: Say) -> Problem {
        Problem::new(code, Level::Warning, path, message, Say::default())
    }
}

/// A raw value in quotes, not longer than a line.
fn quoted(raw: &str) -> String {
    let mut text: String = raw.chars().take(40).collect();
    if text.len() < raw.len() {
        text.push('…');
    }
    format!("“{text}”")
}

/// How many further values are meant.
fn more(count: usize) -> Say {
    match count.saturating_sub(1) {
        0 => Say::default(),
        more => Say::new(
            format!(", and {more} more below it"),
            format!("，其下另有 {more} 处"),
        ),
    }
}

/// What to do with a page that is a picture.
fn read_it() -> Say {
    let (en, zh) = if cfg!(feature = "ocr") {
        (
            "Let greenlane read it (`greenlane ocr add`)",
            "请用命令“greenlane ocr add”添加识别模型",
        )
    } else {
        (
            "Let greenlane read it (build it with its feature `ocr`)",
            "请使用带 ocr 功能编译的 greenlane 识别",
        )
    };
    Say::new(
        format!(
            "{en}, or ask the lab for the original PDF, or type it into a transcript (.yaml) of the same name."
        ),
        format!("{zh}，或向实验室索取原始 PDF，或按同名 .yaml 抄录内容。"),
    )
}

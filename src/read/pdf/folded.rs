//! Radicals that programs write for the characters they look like: browsers print 页 as ⻚.

use unicode_normalization::UnicodeNormalization;

/// What each sign from U+2E80 on looks like; `　` where nothing does.
const ALIKE: &str = "　厂乛乚乙亻冂几刀刂卜㔾小小兀尣尢尢巳幺彑彐忄心扌攵　旡日月歹母民氵氺灬爫爫丬牛犭王疋罒示礻竹糹纟罓罒㓁网网羊羊羊耂肀聿肉臼艹艹艹虎衤覀西见角角讠贝足车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食飠飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟";

/// A text with its radicals as the characters they are.
pub fn folded(text: &str) -> String {
    text.chars().map(character).collect()
}

fn character(c: char) -> char {
    match c {
        '\u{2e80}'..='\u{2ef3}' => {
            let at = u32::from(c) - 0x2e80;
            let alike = ALIKE.chars().nth(at as usize);
            alike.filter(|a| *a != '　').unwrap_or(c)
        }
        '\u{2f00}'..='\u{2fd5}' => c.nfkc().next().unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn radicals_are_the_characters_they_look_like() {
        assert_eq!(folded("⻚码⻋⻔⻘⻓⻢⻰⻳⺟"), "页码车门青长马龙龟母");
        assert_eq!(folded("⽇⽤⾊"), "日用色");
        assert_eq!(folded("QH-700A 页"), "QH-700A 页");
    }
}

//! HTML that is written by hand, in which no text can become markup: markup is only what stands in the source, and everything
//! else is escaped.

use std::fmt::Display;

/// A document being written.
#[derive(Default)]
pub struct Html(String);

impl Html {
    /// Markup of this program: the type keeps everything else out.
    pub fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text, for content and for attributes in double quotes. Control characters, which HTML does not allow, are left out.
    pub fn text(&mut self, text: impl Display) -> &mut Self {
        for c in text.to_string().chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                '\n' | '\t' => self.0.push(c),
                c if c.is_control() || matches!(c, '\u{fdd0}'..='\u{fdef}' | '\u{fffe}' | '\u{ffff}') => {}
                c => self.0.push(c),
            }
        }
        self
    }

    /// A table cell, or another element that holds nothing but text.
    pub fn element(&mut self, open: &'static str, text: impl Display, close: &'static str) -> &mut Self {
        self.raw(open).text(text).raw(close)
    }

    /// The document.
    pub fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_never_becomes_markup() {
        let mut html = Html::default();
        html.raw("<p title=\"").text("\" onclick='x'").raw("\">").text("<script>&\u{0}\u{8}a\nb</script>").raw("</p>");
        assert_eq!(html.finish(), "<p title=\"&quot; onclick=&#39;x&#39;\">&lt;script&gt;&amp;a\nb&lt;/script&gt;</p>");
    }
}

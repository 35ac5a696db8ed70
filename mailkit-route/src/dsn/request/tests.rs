use super::*;
use crate::dsn::ReversePath;

#[test]
fn parameters_read_and_write() {
    let notify = |text: &str| text.parse::<Notify>().map(|notify| notify.to_string()).ok();
    assert_eq!(notify("delay,success").as_deref(), Some("SUCCESS,DELAY"));
    assert_eq!(notify("Never").as_deref(), Some("NEVER"));
    assert_eq!(notify("NEVER,DELAY"), None);
    assert_eq!(notify(""), None);
    let ret = |text: &str| text.parse::<ReturnContent>().map(|ret| ret.to_string()).ok();
    assert_eq!(ret("hdrs").as_deref(), Some("HDRS"));
    assert_eq!(ret("all"), None);
    let path = |text: &str| text.parse::<ReversePath>().map(|path| path.to_string()).ok();
    assert_eq!(path("<>").as_deref(), Some("<>"));
    assert_eq!(path("a@B.example").as_deref(), Some("<a@b.example>"));
    for wrong in
        ["", "a", "@b.example", "<a@b.example", "a@b.example>\r\nDATA", "a b@b.example", "a@-"]
    {
        assert_eq!(path(wrong), None, "{wrong}");
    }
    assert_eq!(path("\"a.\"@b.example").as_deref(), Some("<\"a.\"@b.example>"));
    for wrong in
        ["\"@b.example", "\"\"@b.example", "\"a@b.example", "a\"@b.example", "\"a\"b\"@b.example"]
    {
        assert_eq!(path(wrong), None, "{wrong}");
    }
    let id = |text: &str| EnvelopeId::from_xtext(text).map(|id| id.to_string()).ok();
    assert_eq!(id("a+20b").as_deref(), Some("a b"));
    for wrong in ["", "a=b", "a+0Ab", "a+2", "a+2bb", "a+20+20b", &"a".repeat(101)] {
        assert_eq!(id(wrong), None, "{wrong}");
    }
}

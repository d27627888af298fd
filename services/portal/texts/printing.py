"""Texts of printing: the confirmation forms of classes, run by run, and of one pupil."""

TEXTS = {
    "print.title": ("打印确认表", "Print the forms"),
    "print.short": ("按班生成 PDF：每班一张封面，每人两页", "A PDF per class: a cover sheet, and two pages per pupil"),
    "print.short-link": ("打印", "Print"),
    "print.code": (
        "一个码只能用于一次打印，15 分钟内有效；打印同一批的其他班级不用再输。",
        "A code serves for one print run, within 15 minutes; the run's other classes need no further one.",
    ),
    "print.code.where": ("没有下载码？看看怎么取得", "No download code? See where to get one"),
    "print.confirm": (
        "我知道：以前打印的 {n} 张表会作废。已经上传的照片不受影响。",
        "I know: {n} sheets printed earlier become void. Photos already uploaded are not affected.",
    ),
    "print.recorded": (
        "谁、什么时候、在哪里、哪些班、多少张、作废多少张，都有记录。",
        "Who printed, when, from where, which classes, how many sheets and how many became void is recorded.",
    ),
    "print.go": ("生成 PDF", "Make the PDF"),
    "print.made": ("已生成：{forms} 份表，{pages} 页。", "Made: {forms} forms, {pages} pages."),
    "print.open": ("打开 PDF", "Open the PDF"),
    "print.next": (
        "请单面打印，交给班主任发给家长：第 2 页由家长留下、剪开，不能印在第 1 页背面。"
        "只在校内打印，每次打印都有记录。",
        "Print single-sided and give the forms to the class teacher: families keep page 2 and cut it, so it must not "
        "be on the back of page 1. Print at school only; every print is recorded.",
    ),
    "print.lead": (
        "选择全校、一个年级或一个班，按班生成 PDF，在学校的打印机上打印。",
        "Choose the whole school, a grade or a class: a PDF is made for each class. Print it at school.",
    ),
    "print.what": ("打印哪些班", "Which classes"),
    "print.school": ("全校（{n} 个班）", "Whole school ({n} classes)"),
    "print.grade": ("{grade}（{n} 个班）", "{grade} ({n} classes)"),
    "print.voided": ("以前打印的 {n} 张表已作废。", "{n} sheets printed earlier are now void."),
    "print.another": ("再打印一张", "Print another sheet"),
    "print-run.title": ("这一批打印", "This print run"),
    "print-run.progress": (
        "已生成 {done} 个班，共 {all} 个班；{forms} 份表。",
        "{done} of {all} classes are made: {forms} forms.",
    ),
    "print-run.at-work": (
        "正在一个班接一个班地生成，请不要关闭这一页。关掉了也不要紧：回到这一页可以接着生成。",
        "Class after class is being made; keep this page open. If it closes, nothing is lost: come back and go on.",
    ),
    "print-run.go-on": ("接着生成（还有 {n} 个班）", "Go on ({n} classes are left)"),
    "print-run.over": (
        "这一批打印已过期，还有 {n} 个班没有生成。请用新的下载码为这些班另起一批。",
        "The time of this run is over, and {n} classes are left. Begin another run for them with a new code.",
    ),
    "print-run.not-yours": (
        "还有 {n} 个班没有生成。只有打印这一批的人可以接着做。",
        "{n} classes are left. Only the person who began this run can go on with it.",
    ),
    "print-run.archive": ("下载全部（ZIP，每班一个 PDF）", "Download all (ZIP, a PDF for each class)"),
    "print-run.archive.hint": (
        "一个班要几秒钟，班多时要几分钟。",
        "A class takes some seconds, a large school some minutes.",
    ),
    "print-run.empty": (
        "这些班没有需要核查的学生，没有生成：",
        "Nobody is expected in these classes, so nothing was made:",
    ),
    "print-run.further": ("接着打印其他班级", "Go on with another class"),
    "print-run.further.hint": (
        "同一批打印，每个班一次，不用再输下载码，截止时间：",
        "In the same run, each class once, without another code, until",
    ),
    "print-run.new": ("打印另一批", "Begin another run"),
    "problem.nothing-left": ("这一批的班级都已经生成了。", "All classes of this run have been made."),
}

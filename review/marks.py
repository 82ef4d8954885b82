"""Short facts beside an application in the queue, kept with it by code (`RefundApplication.marks`). Neutral facts, never where
somebody comes from or belongs to."""

MARKS = {
    "again": "再次申请",
    "corrected": "缴费记录有更正",
    "arrived": "已到账",
    "deceased": "已故",
    "name": "账户名不同",
    "shared": "账户共用",
    "twice": "同年度另有票证",
    "below": "接近限额",
    "first": "首次账户",
    "amount": "金额待核",
    "behalf": "代为发起",
}

"""移交异常 and 对账: what the portal and an agency could not settle between themselves."""

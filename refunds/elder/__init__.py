"""长辈模式 of a resident's own matters: one question a page, in words of everyday speech, by the same forms and verbs."""

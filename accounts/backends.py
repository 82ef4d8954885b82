def axes_username(request, credentials=None): return ""

"""管理端: people, offices, loads and names, for the 系统管理员 who decides no case and sees no application."""

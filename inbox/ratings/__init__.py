"""好差评: what an applicant thinks of how her application was dealt with, once it is done."""

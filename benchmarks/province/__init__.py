"""A fictional province, the same for the same seed, streamed into the tables by COPY: nothing of it is ever held whole.

streams.py       one COPY per table; rows by column name, what is not named as the model defaults it
places.py        offices of the province, their officers
residents.py     people with accounts, their payments and enrolments; a few of them with real numbers
lives.py         what may become of an application, as steps in the words of the history
cases.py         one application living its life: row, history, messages
handoffs.py      its deliveries, what the agency says, what a person must look at
applications.py  the applications of residents, of both schemes
villages.py      batches and their lines
"""

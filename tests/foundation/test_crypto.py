import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.core.exceptions import FieldError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Person
from foundation import crypto, masks
from tests.accounts.conftest import NUMBER, PHONE
from tests.accounts.factories import PersonFactory

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def test_sm3_is_the_standards_sm3():
    # GB/T 32905-2016, A.1
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_sm4_is_the_standards_sm4():
    # GB/T 32907-2016, A.1
    key = plain = bytes.fromhex("0123456789abcdeffedcba9876543210")
    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()
    assert encryptor.update(plain).hex() == "681edf34d206965e86b3e94f536e4246"


def test_sm4_gcm_is_the_rfcs():
    # RFC 8998, A.1
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    iv = bytes.fromhex("00001234567800000000abcd")
    plain = b"".join(bytes([byte]) * 8 for byte in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(iv)).encryptor()
    encryptor.authenticate_additional_data(bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    ciphertext = encryptor.update(plain) + encryptor.finalize()
    assert ciphertext.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    )
    assert encryptor.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


@given(texts)
def test_what_goes_in_comes_out(text):
    blob = crypto.encrypt(text, context="t.c|1")
    assert crypto.decrypt(blob, context="t.c|1") == text
    assert len(text) < 4 or text.encode() not in blob


def test_equal_texts_look_different():
    assert crypto.encrypt(NUMBER, context="c") != crypto.encrypt(NUMBER, context="c")


@given(st.data())
def test_one_changed_bit_is_refused(data):
    blob = bytearray(crypto.encrypt(NUMBER, context="c"))
    blob[data.draw(st.integers(1, len(blob) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(InvalidTag):
        crypto.decrypt(bytes(blob), context="c")


def test_a_value_moved_to_another_row_or_column_is_refused():
    blob = crypto.encrypt(NUMBER, context="accounts_person.id_number|1")
    for context in ("accounts_person.id_number|2", "accounts_person.phone|1", ""):
        with pytest.raises(InvalidTag):
            crypto.decrypt(blob, context=context)


def test_a_new_key_encrypts_and_the_old_one_still_reads(settings):
    settings.FIELD_KEYS = {1: b"1" * 16}
    old = crypto.encrypt(NUMBER, context="c")
    settings.FIELD_KEYS = {1: b"1" * 16, 2: b"2" * 16}
    new = crypto.encrypt(NUMBER, context="c")
    assert (old[0], new[0]) == (1, 2)
    assert crypto.decrypt(old, context="c") == crypto.decrypt(new, context="c") == NUMBER
    settings.FIELD_KEYS = {2: b"2" * 16}
    with pytest.raises(KeyError):
        crypto.decrypt(old, context="c")


def test_a_blind_index_is_stable_keyed_and_of_one_purpose(settings):
    index = crypto.blind_index(NUMBER, purpose="id_number")
    assert len(index) == 32
    assert index == crypto.blind_index(NUMBER, purpose="id_number")
    assert index != crypto.blind_index(NUMBER, purpose="phone")
    settings.INDEX_KEY = b"\0" * 32
    assert index != crypto.blind_index(NUMBER, purpose="id_number")


def test_ids_are_uuid_version_7_in_the_order_of_time():
    first, second = crypto.new_id(), crypto.new_id()
    assert first.version == 7
    assert first.variant == "specified in RFC 4122"
    assert first.int >> 80 <= second.int >> 80


@pytest.mark.django_db
class TestAPersonAtRest:
    def test_the_table_holds_neither_number_nor_phone(self, person):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM accounts_person")
            row = b"".join(
                bytes(v) if isinstance(v, memoryview | bytes) else str(v).encode() for v in cursor.fetchone()
            )
        assert NUMBER.encode() not in row
        assert PHONE.encode() not in row

    def test_reading_shows_the_mask_and_only_reveal_shows_the_number(self, person):
        read = Person.objects.get()
        assert str(read.id_number) == repr(read.id_number) == f"{read.id_number:}" == "420************007"
        assert str(read.phone) == "199****5678"
        assert NUMBER not in str(vars(read))
        assert read.id_number.reveal("in a test") == NUMBER

    def test_a_number_of_another_row_is_not_readable_here(self, person):
        other = PersonFactory()
        with connection.cursor() as cursor:
            taken = "SELECT id_number FROM accounts_person WHERE id = %s"
            cursor.execute(f"UPDATE accounts_person SET id_number = ({taken}) WHERE id = %s", [person.pk, other.pk])
        copied = Person.objects.get(pk=other.pk)
        assert str(copied.id_number) == "******"
        with pytest.raises(InvalidTag):
            copied.id_number.reveal("in a test")

    def test_saving_what_was_read_keeps_it(self, person):
        read = Person.objects.get()
        read.name = "刘秀兰兰"
        read.save()
        assert Person.objects.get().id_number.reveal("in a test") == NUMBER

    def test_no_phone_is_no_phone(self):
        assert Person.objects.get(pk=PersonFactory(phone=None).pk).phone is None

    def test_looking_one_up_by_its_plain_text_is_refused(self):
        with pytest.raises(FieldError):
            Person.objects.filter(id_number=NUMBER).exists()


@given(st.text("0123456789X", min_size=1, max_size=30))
def test_the_mask_of_a_document_number_shows_at_most_six_characters_and_hides_four_or_half(number):
    masked = masks.id_number(number)
    hidden = masked.count("*")
    assert len(masked) == len(number)
    assert len(number) - hidden <= 6
    assert hidden >= 4 or hidden * 2 >= len(number)


@given(st.text("0123456789", min_size=11, max_size=13))
def test_the_mask_of_a_phone_shows_at_most_seven_digits(number):
    masked = masks.phone(number)
    assert len(masked) == len(number)
    assert sum(c.isdigit() for c in masked) <= 7


@given(st.text("0123456789", min_size=8, max_size=30))
def test_an_account_shows_four_digits(number):
    assert masks.account(number) == f"**** {number[-4:]}"

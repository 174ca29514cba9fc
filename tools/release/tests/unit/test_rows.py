from tools.release.rows import find_losses

ROW = {"record": {"user_id": "u", "ap_id": "a"}, "version": "v"}


def test_a_row_read_as_it_was_written_is_no_loss():
    assert list(find_losses([ROW], [ROW])) == []


def test_a_field_that_is_read_otherwise_is_named():
    read = {"record": {"user_id": "u"}, "version": "v"}

    assert list(find_losses([ROW], [read])) == ["row 0 record ap_id: 'a' was written and None read"]


def test_a_field_that_only_the_reader_knows_is_no_loss():
    read = {"record": {**ROW["record"], "region": None}, "version": "v"}

    assert list(find_losses([ROW], [read])) == []


def test_a_row_read_as_a_tombstone_is_a_loss():
    assert list(find_losses([ROW], [{"tombstone": {}, "version": "v"}]))

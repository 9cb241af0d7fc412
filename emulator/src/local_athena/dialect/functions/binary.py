"""Binary values: https://trino.io/docs/current/functions/binary.html."""

from __future__ import annotations

SCALARS = """
to_hex(varbinary) -> varchar | hex($1)
from_hex(varchar) -> varbinary | trino_from_hex($1)
from_hex(varbinary) -> varbinary | trino_from_hex(trino_from_utf8($1, '?'))
to_base64(varbinary) -> varchar | base64($1)
from_base64(varchar) -> varbinary | trino_from_base64($1)
from_base64(varbinary) -> varbinary | trino_from_base64(trino_from_utf8($1, '?'))
to_base64url(varbinary) -> varchar | translate(base64($1), '+/', '-_')
from_base64url(varchar) -> varbinary | trino_from_base64(translate($1, '-_+/', '+/..'))
from_base64url(varbinary) -> varbinary | trino_from_base64(translate(trino_from_utf8($1, '?'), '-_+/', '+/..'))
to_base32(varbinary) -> varchar | trino_to_base32($1)
from_base32(varchar) -> varbinary | trino_from_base32($1)
from_base32(varbinary) -> varbinary | trino_from_base32(trino_from_utf8($1, '?'))
md5(varbinary) -> varbinary | unhex(md5($1))
sha1(varbinary) -> varbinary | unhex(sha1($1))
sha256(varbinary) -> varbinary | unhex(sha256($1))
sha512(varbinary) -> varbinary | trino_digest($1, 'sha512')
crc32(varbinary) -> bigint | trino_crc32($1)
xxhash64(varbinary) -> varbinary | trino_xxhash64($1)
murmur3(varbinary) -> varbinary | trino_murmur3($1)
hmac_md5(varbinary, varbinary) -> varbinary | trino_hmac($1, $2, 'md5')
hmac_sha1(varbinary, varbinary) -> varbinary | trino_hmac($1, $2, 'sha1')
hmac_sha256(varbinary, varbinary) -> varbinary | trino_hmac($1, $2, 'sha256')
hmac_sha512(varbinary, varbinary) -> varbinary | trino_hmac($1, $2, 'sha512')
to_big_endian_32(integer) -> varbinary | trino_pack(CAST($1 AS VARCHAR), '>i')
from_big_endian_32(varbinary) -> integer | CAST(trino_unpack($1, '>i') AS INTEGER)
to_big_endian_64(bigint) -> varbinary | trino_pack(CAST($1 AS VARCHAR), '>q')
from_big_endian_64(varbinary) -> bigint | CAST(trino_unpack($1, '>q') AS BIGINT)
to_ieee754_32(real) -> varbinary | trino_pack(CAST($1 AS VARCHAR), '>f')
from_ieee754_32(varbinary) -> real | CAST(trino_unpack($1, '>f') AS FLOAT)
to_ieee754_64(double) -> varbinary | trino_pack(CAST($1 AS VARCHAR), '>d')
from_ieee754_64(varbinary) -> double | CAST(trino_unpack($1, '>d') AS DOUBLE)
"""

REFUSED = "spooky_hash_v2_32 spooky_hash_v2_64"

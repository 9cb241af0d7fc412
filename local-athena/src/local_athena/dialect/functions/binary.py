"""Binary values: https://trino.io/docs/current/functions/binary.html."""

from __future__ import annotations

_BASE_64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?"
"""Texts as ``to_base64`` writes them; others may be read too."""

SCALARS = f"""
to_hex(varbinary) -> varchar | hex($1)
from_hex(varchar) -> varbinary | CASE WHEN $1 IS NULL THEN NULL WHEN regexp_full_match($1, '([0-9A-Fa-f]{{2}})*') THEN unhex($1) ELSE trino_from_hex($1) END
from_hex(varbinary) -> varbinary | trino_from_hex(trino_from_utf8($1, '?'))
to_base64(varbinary) -> varchar | base64($1)
from_base64(varchar) -> varbinary | CASE WHEN $1 IS NULL THEN NULL WHEN regexp_full_match($1, '{_BASE_64}') THEN from_base64($1) ELSE trino_from_base64($1) END
from_base64(varbinary) -> varbinary | trino_from_base64(trino_from_utf8($1, '?'))
to_base64url(varbinary) -> varchar | translate(base64($1), '+/', '-_')
from_base64url(varchar) -> varbinary | CASE WHEN $1 IS NULL THEN NULL WHEN regexp_full_match($1, '{_BASE_64}') AND NOT regexp_matches($1, '[+/]') THEN from_base64($1) WHEN regexp_full_match(translate($1, '-_+/', '+/..'), '{_BASE_64}') THEN from_base64(translate($1, '-_+/', '+/..')) ELSE trino_from_base64(translate($1, '-_+/', '+/..')) END
from_base64url(varbinary) -> varbinary | trino_from_base64(translate(trino_from_utf8($1, '?'), '-_+/', '+/..'))
to_base32(varbinary) -> varchar | trino_to_base32($1)
from_base32(varchar) -> varbinary | trino_from_base32($1)
from_base32(varbinary) -> varbinary | trino_from_base32(trino_from_utf8($1, '?'))
md5(varbinary) -> varbinary | unhex(md5($1))
sha1(varbinary) -> varbinary | unhex(sha1($1))
sha256(varbinary) -> varbinary | unhex(sha256($1))
sha512(varbinary) -> varbinary | trino_sha512($1)
crc32(varbinary) -> bigint | trino_crc32($1)
xxhash64(varbinary) -> varbinary | trino_xxhash64($1)
murmur3(varbinary) -> varbinary | trino_murmur3($1)
spooky_hash_v2_32(varbinary) -> varbinary | trino_spooky_hash_32($1)
spooky_hash_v2_64(varbinary) -> varbinary | trino_spooky_hash_64($1)
hmac_md5(varbinary, varbinary) -> varbinary | CASE WHEN $1 IS NOT NULL AND octet_length($2) = 0 THEN $fail(INVALID_FUNCTION_ARGUMENT: Empty key)BLOB WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN unhex(md5(trino_hmac_pad($2, 'md5', 92) || unhex(md5(trino_hmac_pad($2, 'md5', 54) || $1)))) END
hmac_sha1(varbinary, varbinary) -> varbinary | CASE WHEN $1 IS NOT NULL AND octet_length($2) = 0 THEN $fail(INVALID_FUNCTION_ARGUMENT: Empty key)BLOB WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN unhex(sha1(trino_hmac_pad($2, 'sha1', 92) || unhex(sha1(trino_hmac_pad($2, 'sha1', 54) || $1)))) END
hmac_sha256(varbinary, varbinary) -> varbinary | CASE WHEN $1 IS NOT NULL AND octet_length($2) = 0 THEN $fail(INVALID_FUNCTION_ARGUMENT: Empty key)BLOB WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN unhex(sha256(trino_hmac_pad($2, 'sha256', 92) || unhex(sha256(trino_hmac_pad($2, 'sha256', 54) || $1)))) END
hmac_sha512(varbinary, varbinary) -> varbinary | trino_hmac($1, $2, 'sha512')
to_big_endian_32(integer) -> varbinary | trino_to_big_endian_32($1)
from_big_endian_32(varbinary) -> integer | trino_from_big_endian_32($1)
to_big_endian_64(bigint) -> varbinary | trino_to_big_endian_64($1)
from_big_endian_64(varbinary) -> bigint | trino_from_big_endian_64($1)
to_ieee754_32(real) -> varbinary | trino_to_ieee754_32($1)
from_ieee754_32(varbinary) -> real | trino_from_ieee754_32($1)
to_ieee754_64(double) -> varbinary | trino_to_ieee754_64($1)
from_ieee754_64(varbinary) -> double | trino_from_ieee754_64($1)
"""

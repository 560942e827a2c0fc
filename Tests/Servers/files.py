"""Small files of the kinds that people upload."""

import base64
import io
import struct
import zipfile
import zlib

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(text, **files):
    document = f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("word/document.xml", files.get("document", document))
    return buffer.getvalue()


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


# Pictures of 3 by 2 pixels.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/wAALCAACAAMBAREA"
    "/8QAFAABAAAAAAAAAAAAAAAAAAAABf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AGf/Z")
GIF = base64.b64decode("R0lGODdhAwACAIEAAIBAIAAAAAAAAAAAACwAAAAAAwACAAAIBgABCBwYEAA7")
WEBP = base64.b64decode("UklGRh4AAABXRUJQVlA4TBEAAAAvAkAAAAdQoAIWpP+BiOh/AAA=")
BEHIND_JFIF, BEHIND_COLORS = 20, 25


def exif(note, orientation=1):
    """What a camera says: how it was held, and where and by whom."""
    entries = struct.pack("<HHHIHHHHII", 2, 0x0112, 3, 1, orientation, 0, 0x010E, 2, len(note), 38)
    return b"II*\0" + struct.pack("<I", 8) + entries + bytes(4) + note


def jpeg(note=None, orientation=1):
    """With a note, it stands in Exif, in XMP, in IPTC and in a comment."""
    def segment(marker, content):
        return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content
    said = b"" if note is None else (
        segment(0xE1, b"Exif\0\0" + exif(note, orientation)) + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + note) +
        segment(0xED, b"Photoshop 3.0\0" + note) + segment(0xFE, note))
    return JPEG[:BEHIND_JFIF] + said + JPEG[BEHIND_JFIF:]


def gif(note=None):
    said = b"" if note is None else b"!\xfe" + bytes([len(note)]) + note + b"\0"
    return GIF[:BEHIND_COLORS] + said + GIF[BEHIND_COLORS:]


def webp(note=None):
    def chunk(name, content):
        return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
    if note is None:
        return WEBP
    head = chunk(b"VP8X", struct.pack("<IHBHB", 0x0C, 2, 0, 1, 0))
    return chunk(b"RIFF", b"WEBP" + head + WEBP[12:] + chunk(b"EXIF", exif(note)) + chunk(b"XMP ", note))


def png(width=3, height=2, note=None):
    said = b"" if note is None else (
        chunk(b"eXIf", exif(note)) + chunk(b"tEXt", b"Comment\0" + note) + chunk(b"zTXt", note) + chunk(b"iTXt", note) + chunk(b"tIME", b"\7\xea\1\1\1\1\1"))
    rows = b"".join(b"\0" + b"\x80\x40\x20" * width for _ in range(height)) if width * height < 10_000 else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + said + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pdf(text):
    """The simplest that there is, with one page."""
    stream = f"BT /F1 18 Tf 50 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream), b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    body, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))

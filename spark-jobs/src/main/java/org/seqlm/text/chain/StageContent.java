package org.seqlm.text.chain;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.seqlm.UserException;

/** The bytes of a stage's file as text: gzip, then base64. */
final class StageContent {
  /** Of a file; more would burden every manifest and task. */
  static final int MOST_BYTES = 64 << 20;

  /** Chars of a content; readers of JSON take strings of 20,000,000. */
  static final int MOST_PACKED = 16_000_000;

  /** Of what a message shows of a value. */
  private static final int BRIEF = 60;

  private StageContent() {}

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same text for the same bytes: gzip's header has no time in it. */
  static String pack(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(packed.toByteArray());
  }

  /**
   * The bytes again.
   *
   * @throws UserException with exit code 3 if they are damaged, or not those of the SHA-256
   */
  static byte[] unpack(String stage, String content, String sha256) {
    byte[] bytes;
    try (InputStream in =
        new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(content)))) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (IOException | IllegalArgumentException e) {
      throw UserException.data(
          "tokenizer.chain: the content of " + stage + " is damaged: " + e.getMessage(), e);
    }
    if (bytes.length > MOST_BYTES || !sha256(bytes).equals(sha256)) {
      throw UserException.data(
          "tokenizer.chain: the content of "
              + stage
              + " is not that of sha256 "
              + brief(sha256)
              + ": take the artifact from where it was made");
    }
    return bytes;
  }

  static String brief(String value) {
    return value.length() <= BRIEF ? value : value.substring(0, BRIEF) + "...";
  }
}

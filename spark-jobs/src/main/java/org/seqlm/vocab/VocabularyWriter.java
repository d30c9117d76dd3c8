package org.seqlm.vocab;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a vocabulary's file token by token, for one that is in no memory as a whole. */
public final class VocabularyWriter {
  private static final byte[] BEFORE = "{\"token\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BETWEEN = "\",\"count\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AFTER = "}\n".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream out;
  private final byte[] digits = new byte[20];
  private final TokenDigest digest = new TokenDigest();

  /**
   * @param out stays open
   */
  public VocabularyWriter(OutputStream out) {
    this.out = out;
  }

  /** Writes the token of the next id. */
  public void add(byte[] utf8, int from, int to, long count) throws IOException {
    out.write(BEFORE);
    if (isPlain(utf8, from, to)) {
      out.write(utf8, from, to - from);
    } else {
      String token = new String(utf8, from, to - from, StandardCharsets.UTF_8);
      out.write(JsonStringEncoder.getInstance().quoteAsUTF8(token));
    }
    out.write(BETWEEN);
    int at = digits.length;
    long rest = count;
    do {
      digits[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    out.write(digits, at, digits.length - at);
    out.write(AFTER);
    digest.add(utf8, from, to);
  }

  /** Whether JSON has the token as it is: all but a few of millions. */
  private static boolean isPlain(byte[] utf8, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = utf8[i];
      if ((b >= 0 && b < ' ') || b == '"' || b == '\\') {
        return false;
      }
    }
    return true;
  }

  /** The fingerprint of the vocabulary whose tokens were added; nothing can follow. */
  public String fingerprint() {
    return digest.hex();
  }
}

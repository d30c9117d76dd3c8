package org.seqlm.text.subword;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.UnaryOperator;

/**
 * The normalizer {@code Precompiled}: SentencePiece's table of characters and what they become, a
 * double array (Aoe 1989, in the form of darts-clone) of UTF-8 keys whose values are places in a
 * list of texts, each ended by NUL. A character as a reader sees it, of at most 5 bytes, is looked
 * up whole, and then code point by code point; the shortest key that begins it counts.
 */
final class CharsMap implements UnaryOperator<String> {
  private static final int MOST_WHOLE = 5;

  private final int[] units;
  private final byte[] texts;

  private CharsMap(int[] units, byte[] texts) {
    this.units = units;
    this.texts = texts;
  }

  /** The table in base64; null for an empty one. */
  static CharsMap read(String base64, TokenizerJson.Refusal refusal) {
    if (base64.isEmpty()) {
      return null;
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw refusal.broken("its precompiled_charsmap is no base64");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int size = bytes.length < 4 ? -1 : buffer.getInt();
    if (size < 4 || size % 4 != 0 || size > bytes.length - 4) {
      throw refusal.broken("its precompiled_charsmap is cut short");
    }
    int[] units = new int[size / 4];
    buffer.asIntBuffer().get(units);
    return new CharsMap(units, Arrays.copyOfRange(bytes, 4 + size, bytes.length));
  }

  @Override
  public String apply(String text) {
    StringBuilder out = new StringBuilder(text.length());
    BreakIterator characters = BreakIterator.getCharacterInstance(ULocale.ROOT);
    characters.setText(text);
    int begin = characters.first();
    for (int end = characters.next(); end != BreakIterator.DONE; end = characters.next()) {
      String one = text.substring(begin, end);
      byte[] utf8 = one.getBytes(StandardCharsets.UTF_8);
      String whole = utf8.length <= MOST_WHOLE ? find(utf8) : null;
      if (whole != null) {
        out.append(whole);
      } else {
        one.codePoints()
            .forEach(
                c -> {
                  String alone = Character.toString(c);
                  String changed = find(alone.getBytes(StandardCharsets.UTF_8));
                  out.append(changed == null ? alone : changed);
                });
      }
      begin = end;
    }
    return out.toString();
  }

  /** What the shortest key becomes that these bytes begin with; null for none. */
  private String find(byte[] utf8) {
    int at = offset(units[0]);
    for (byte b : utf8) {
      int label = b & 0xFF;
      at ^= label;
      if (label == 0 || at < 0 || at >= units.length) {
        return null;
      }
      int unit = units[at];
      if ((unit & (1 << 31 | 0xFF)) != label) {
        return null;
      }
      at ^= offset(unit);
      if ((unit >>> 8 & 1) != 0) {
        return at >= 0 && at < units.length ? text(units[at] & Integer.MAX_VALUE) : null;
      }
    }
    return null;
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }

  private String text(int from) {
    int end = from;
    while (end < texts.length && texts[end] != 0) {
      end++;
    }
    return from > texts.length ? null : new String(texts, from, end - from, StandardCharsets.UTF_8);
  }
}

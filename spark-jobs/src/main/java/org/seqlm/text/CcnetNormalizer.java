package org.seqlm.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Normalises a line as CCNet does before a line is tokenised and scored (Wenzek et al. 2020, <em>
 * CCNet: Extracting High Quality Monolingual Datasets from Web Crawl Data</em>, and the function
 * {@code normalize} of its {@code text_normalizer.py}, with the defaults of its pipeline). In this
 * order:
 *
 * <ol>
 *   <li>white space goes from both ends, as Python's {@code str.strip} has it;
 *   <li>letters become lower-case, in no locale;
 *   <li>the canonical decomposition is taken and its non-spacing marks (Mn) go; nothing is composed
 *       again, so Hangul stays in its letters;
 *   <li>every decimal digit (Nd) becomes {@code 0}, a wide {@code １}, too, for which the published
 *       table of punctuation has a quotation mark that nothing reaches;
 *   <li>punctuation becomes ASCII's by the published table;
 *   <li>control characters, U+0000 to U+001F and U+007F to U+009F, go; a tab within a line leaves
 *       no space.
 * </ol>
 *
 * <p>Nothing is stripped again at the end. Which characters are letters, marks and digits is that
 * of Java's Unicode.
 */
public final class CcnetNormalizer implements LineStage {
  private static final byte[] EMPTY = {};

  @Override
  public byte[] apply(byte[] utf8, int from, int to) {
    if (Utf8.isAscii(utf8, from, to)) {
      return ascii(utf8, from, to);
    }
    return normalize(new String(utf8, from, to - from, StandardCharsets.UTF_8))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The same, where every byte is a character and has neither accents nor other punctuation. */
  private static byte[] ascii(byte[] utf8, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && isSpace(utf8[start])) {
      start++;
    }
    while (start < end && isSpace(utf8[end - 1])) {
      end--;
    }
    if (start == end) {
      return EMPTY;
    }
    byte[] line = new byte[end - start];
    int n = 0;
    for (int i = start; i < end; i++) {
      byte b = utf8[i];
      if (b >= 'A' && b <= 'Z') {
        line[n++] = (byte) (b + 32);
      } else if (b >= '0' && b <= '9') {
        line[n++] = '0';
      } else if (!isControl(b)) {
        line[n++] = b;
      }
    }
    return n == line.length ? line : Arrays.copyOf(line, n);
  }

  static String normalize(String text) {
    String lower = strip(text).toLowerCase(Locale.ROOT);
    String parts = java.text.Normalizer.normalize(lower, java.text.Normalizer.Form.NFD);
    StringBuilder line = new StringBuilder(parts.length());
    for (int i = 0; i < parts.length(); ) {
      int c = parts.codePointAt(i);
      i += Character.charCount(c);
      int type = Character.getType(c);
      if (type == Character.NON_SPACING_MARK || isControl(c)) {
        continue;
      }
      if (type == Character.DECIMAL_DIGIT_NUMBER) {
        line.append('0');
        continue;
      }
      String mark = punctuation(c);
      if (mark == null) {
        line.appendCodePoint(c);
      } else {
        line.append(mark);
      }
    }
    return line.toString();
  }

  private static String strip(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isSpace(text.charAt(from))) {
      from++;
    }
    while (from < to && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  /** What Python takes for white space; all of it lies in the basic plane. */
  private static boolean isSpace(int c) {
    return Character.isSpaceChar(c)
        || c >= '\t' && c <= '\r'
        || c >= 0x1C && c <= 0x1F
        || c == 0x85;
  }

  private static boolean isControl(int c) {
    return c < 0x20 || c >= 0x7F && c < 0xA0;
  }

  /** What stands for a mark; null for what stands for itself. */
  private static String punctuation(int c) {
    return switch (c) {
      case 0xFF0C, 0x3001 -> ","; // ， 、
      case 0x3002 -> "."; // 。
      case 0x201E, 0x201C, 0x201D, 0xAB, 0xBB, 0x300C, 0x300D, 0x300A, 0x300B ->
          "\""; // „ “ ” « » 「 」 《 》
      case 0xB4, 0x2019 -> "'"; // ´ ’
      case 0x2236, 0xFF1A -> ":"; // ∶ ：
      case 0xFF1F -> "?"; // ？
      case 0xFF01 -> "!"; // ！
      case 0xFF08 -> "("; // （
      case 0xFF09 -> ")"; // ）
      case 0xFF1B -> ";"; // ；
      case 0x2013, 0x2501, 0x25BA -> "-"; // – ━ ►
      case 0x2014 -> " - "; // —
      case 0xFF0E -> ". "; // ．
      case 0xFF5E -> "~"; // ～
      case 0x2026 -> "..."; // …
      case 0x3008 -> "<"; // 〈
      case 0x3009 -> ">"; // 〉
      case 0x3010 -> "["; // 【
      case 0x3011 -> "]"; // 】
      case 0xFF05 -> "%"; // ％
      default -> null;
    };
  }
}

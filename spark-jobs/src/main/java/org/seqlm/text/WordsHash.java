package org.seqlm.text;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;

/**
 * What a text is, whatever its case, its white space and its punctuation: a hash of its words in
 * their order. Lines go in one after the other, and nothing of them is kept, so a text of any
 * length takes a few bytes; hashes of consecutive parts of a text are joined to that of the whole.
 *
 * <p>A line becomes words so: Unicode NFKC; every letter's upper case, and of that each code
 * point's lower case (Unicode's root locale: {@code ß} is {@code ss}, {@code ς} is {@code σ}); NFKC
 * again. Then a word is a longest run of letters, digits and numbers (L*, N*), with the marks (M*)
 * that follow them; each symbol of So, Sm and Sc (emoji, {@code +}, {@code €}) is a word of its
 * own; format characters (Cf: soft hyphens, joiners) and other marks are left out; everything else
 * (white space, controls, punctuation, modifier symbols, ends of lines) parts words. Texts without
 * a word are all the same text.
 *
 * <p>The hash is Karp and Rabin's (1987): of the words' hashes w of 61 bits, the sum of w_i B^(n-i)
 * modulo 2^61 - 1 with a fixed B, where n is the number of words. One instance a thread.
 */
public final class WordsHash {
  /** Takes the words of a text, in their order. */
  @FunctionalInterface
  public interface Words {
    /**
     * A word.
     *
     * @param utf8 its normal form, from 0; the next word is written over it
     * @param length its bytes, 1 or more
     * @param hash of it, 1 to 2^61 - 2
     */
    void word(byte[] utf8, int length, long hash);
  }

  private static final long MODULUS = (1L << 61) - 1;
  private static final long BASE = 0x0B5A_96E1_3C4F_D287L;

  private final Words words;
  private byte[] word = new byte[64];
  private int length;
  private long value;
  private long power = 1;

  public WordsHash() {
    this((utf8, length, hash) -> {});
  }

  /** One that hands each word on, too. */
  public WordsHash(Words words) {
    this.words = words;
  }

  /** Begins a text. */
  public WordsHash clear() {
    value = 0;
    power = 1;
    return this;
  }

  /** Adds a line, valid UTF-8. */
  public WordsHash add(byte[] utf8, int from, int to) {
    int at = from;
    while (at < to) {
      // White space of ASCII is where nothing composes, so only what is between is decoded.
      int end = at;
      boolean ascii = true;
      while (end < to && (utf8[end] > ' ' || utf8[end] < 0)) {
        ascii &= utf8[end] >= 0;
        end++;
      }
      if (ascii) {
        ascii(utf8, at, end);
      } else {
        unicode(new String(utf8, at, end - at, StandardCharsets.UTF_8));
      }
      endWord();
      at = end + 1;
    }
    return this;
  }

  /** The hash of the text so far, 0 to 2^61 - 2. */
  public long value() {
    return value;
  }

  /** B to the number of the text's words, which {@link #join} needs of the later part. */
  public long power() {
    return power;
  }

  /**
   * The hash of a text of two parts.
   *
   * @param before of the first part
   * @param value of the second
   * @param power of the second
   */
  public static long join(long before, long value, long power) {
    return plus(times(before, power), value);
  }

  private void ascii(byte[] utf8, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = utf8[i];
      if (b >= 'A' && b <= 'Z') {
        append((byte) (b + 32));
      } else if ((b >= 'a' && b <= 'z') || (b >= '0' && b <= '9')) {
        append(b);
      } else {
        endWord();
        if (b == '$' || b == '+' || b == '|' || b == '~' || (b >= '<' && b <= '>')) {
          append(b);
          endWord();
        }
      }
    }
  }

  private void unicode(String text) {
    StringBuilder lower = new StringBuilder();
    Normalizer.normalize(text, Normalizer.Form.NFKC)
        .toUpperCase(Locale.ROOT)
        .codePoints()
        .forEach(c -> lower.appendCodePoint(Character.toLowerCase(c)));
    Normalizer.normalize(lower, Normalizer.Form.NFKC).codePoints().forEach(this::codePoint);
  }

  private void codePoint(int c) {
    switch (Character.getType(c)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER,
          Character.DECIMAL_DIGIT_NUMBER,
          Character.LETTER_NUMBER,
          Character.OTHER_NUMBER ->
          encode(c);
      case Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.ENCLOSING_MARK -> {
        if (length > 0) {
          encode(c);
        }
      }
      case Character.FORMAT -> {}
      case Character.OTHER_SYMBOL, Character.MATH_SYMBOL, Character.CURRENCY_SYMBOL -> {
        endWord();
        encode(c);
        endWord();
      }
      default -> endWord();
    }
  }

  private void encode(int c) {
    if (c < 0x80) {
      append((byte) c);
    } else if (c < 0x800) {
      append((byte) (0xC0 | c >> 6));
      append((byte) (0x80 | c & 0x3F));
    } else {
      if (c < 0x10000) {
        append((byte) (0xE0 | c >> 12));
      } else {
        append((byte) (0xF0 | c >> 18));
        append((byte) (0x80 | c >> 12 & 0x3F));
      }
      append((byte) (0x80 | c >> 6 & 0x3F));
      append((byte) (0x80 | c & 0x3F));
    }
  }

  private void append(byte b) {
    if (length == word.length) {
      word = java.util.Arrays.copyOf(word, length * 2);
    }
    word[length++] = b;
  }

  private void endWord() {
    if (length > 0) {
      // A word's hash is not 0, or that word would be none.
      long w = (Hash128.of(word, 0, length) >>> 3) % (MODULUS - 1) + 1;
      value = plus(times(value, BASE), w);
      power = times(power, BASE);
      words.word(word, length, w);
      length = 0;
    }
  }

  private static long plus(long a, long b) {
    long sum = a + b;
    return sum >= MODULUS ? sum - MODULUS : sum;
  }

  private static long times(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    return plus(low & MODULUS, (low >>> 61) | (high << 3));
  }
}

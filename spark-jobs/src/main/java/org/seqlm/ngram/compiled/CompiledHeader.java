package org.seqlm.ngram.compiled;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.seqlm.UserException;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.text.Alphabet;
import org.seqlm.text.ArabicLetters;
import org.seqlm.text.LetterCase;
import org.seqlm.text.Punctuation;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.text.UnicodeForm;
import org.seqlm.text.chain.StageSpec;

/**
 * What a compiled model's file says of itself.
 *
 * @param layout of its n-grams
 * @param quantized bits of a quantised value; 0 where values are whole
 * @param boundary that its contexts end at
 * @param title for people, for instance {@code 3-gram kneser-ney}
 * @param source fingerprint of what it was compiled from
 * @param rules how text becomes its tokens; null where nobody knows, as of an ARPA file
 * @param ngrams that the model has, by order // (N)
 * @param entries that the file has, blanks among them, by order // (N)
 * @param seed of its hashes
 * @param vocabulary what there is to know without its tokens
 * @param sections where everything else lies, in their order
 */
public record CompiledHeader(
    Layout layout,
    int quantized,
    Boundary boundary,
    String title,
    String source,
    TextRules rules,
    List<Long> ngrams,
    List<Long> entries,
    long seed,
    Words vocabulary,
    List<Section> sections) {

  /**
   * A vocabulary's numbers.
   *
   * @param size ids
   * @param reserved how many of the first ids are reserved
   * @param lineEnd id of the token that ends a line; -1 for none
   * @param fingerprint of the tokens in the order of their ids
   */
  record Words(int size, int reserved, int lineEnd, String fingerprint) {}

  /**
   * Consecutive bytes of the file.
   *
   * @param offset of the first
   * @param crc CRC-32C of them
   */
  record Section(String name, long offset, long length, int crc) {}

  public CompiledHeader {
    ngrams = List.copyOf(ngrams);
    entries = List.copyOf(entries);
    sections = List.copyOf(sections);
  }

  /** N. */
  public int order() {
    return ngrams.size();
  }

  /** SHA-256 of it, in hexadecimal: as it holds the sections' checksums, it tells the file. */
  public String fingerprint() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Where a section lies. */
  Section section(String name) {
    Section found = sectionIfAny(name);
    if (found == null) {
      throw new IllegalStateException("a " + layout + " model without a section " + name);
    }
    return found;
  }

  /** The same, or null. */
  Section sectionIfAny(String name) {
    return sections.stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
  }

  /** The header's bytes, little-endian; texts are UTF-8 with their lengths before them. */
  byte[] bytes() {
    Out out = new Out();
    out.text(layout.name());
    out.number(quantized);
    out.text(boundary.name());
    out.text(title);
    out.text(source);
    out.number(rules == null ? 0 : 1);
    if (rules != null) {
      out.text(rules.kind().name());
      out.text(rules.unicode().name());
      out.text(rules.letterCase().name());
      out.text(rules.alphabet().name());
      out.text(rules.arabicLetters().name());
      out.text(rules.punctuation().name());
      if (rules.kind() == TokenizerKind.CHAIN) {
        out.text(StageSpec.json(rules.chain()));
      }
    }
    out.number(ngrams.size());
    ngrams.forEach(out::number);
    entries.forEach(out::number);
    out.number(seed);
    out.number(vocabulary.size());
    out.number(vocabulary.reserved());
    out.number(vocabulary.lineEnd());
    out.text(vocabulary.fingerprint());
    out.number(sections.size());
    for (Section section : sections) {
      out.text(section.name());
      out.number(section.offset());
      out.number(section.length());
      out.number(section.crc());
    }
    return out.bytes();
  }

  private static TextRules rules(In in) {
    TokenizerKind kind = TokenizerKind.valueOf(in.text());
    return new TextRules(
        kind,
        UnicodeForm.valueOf(in.text()),
        LetterCase.valueOf(in.text()),
        Alphabet.valueOf(in.text()),
        ArabicLetters.valueOf(in.text()),
        Punctuation.valueOf(in.text()),
        kind == TokenizerKind.CHAIN ? StageSpec.ofJson(in.text()) : List.of());
  }

  /**
   * Reads {@link #bytes}.
   *
   * @param name of the file, for messages
   * @throws UserException with exit code 3 if they say what this release does not know
   */
  static CompiledHeader of(byte[] bytes, String name) {
    try {
      In in = new In(bytes);
      Layout layout = Layout.valueOf(in.text());
      int quantized = (int) in.number();
      Boundary boundary = Boundary.valueOf(in.text());
      String title = in.text();
      String source = in.text();
      TextRules rules = in.number() == 0 ? null : rules(in);
      int order = (int) in.number();
      List<Long> ngrams = in.numbers(order);
      List<Long> entries = in.numbers(order);
      long seed = in.number();
      Words vocabulary =
          new Words((int) in.number(), (int) in.number(), (int) in.number(), in.text());
      List<Section> sections = new ArrayList<>();
      for (long left = in.number(); left > 0; left--) {
        sections.add(new Section(in.text(), in.number(), in.number(), (int) in.number()));
      }
      return new CompiledHeader(
          layout,
          quantized,
          boundary,
          title,
          source,
          rules,
          ngrams,
          entries,
          seed,
          vocabulary,
          sections);
    } catch (IllegalArgumentException | BufferUnderflowException | IndexOutOfBoundsException e) {
      throw UserException.data(
          name
              + " says of itself what this release does not know ("
              + e.getMessage()
              + "): compile the model with this release, or score with the one that compiled it",
          e);
    }
  }

  private static final class Out {
    private ByteBuffer buffer = ByteBuffer.allocate(1 << 10).order(ByteOrder.LITTLE_ENDIAN);

    private void ensure(int more) {
      if (buffer.remaining() < more) {
        ByteBuffer larger =
            ByteBuffer.allocate(2 * buffer.capacity() + more).order(ByteOrder.LITTLE_ENDIAN);
        buffer = larger.put(buffer.flip());
      }
    }

    void number(long value) {
      ensure(Long.BYTES);
      buffer.putLong(value);
    }

    void text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      number(utf8.length);
      ensure(utf8.length);
      buffer.put(utf8);
    }

    byte[] bytes() {
      byte[] bytes = new byte[buffer.position()];
      buffer.flip().get(bytes);
      return bytes;
    }
  }

  private static final class In {
    private final ByteBuffer buffer;

    In(byte[] bytes) {
      buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    long number() {
      return buffer.getLong();
    }

    List<Long> numbers(int count) {
      List<Long> numbers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        numbers.add(number());
      }
      return numbers;
    }

    String text() {
      long length = number();
      if (length < 0 || length > buffer.remaining()) {
        throw new IllegalArgumentException("a text of " + length + " bytes");
      }
      byte[] utf8 = new byte[(int) length];
      buffer.get(utf8);
      return new String(utf8, StandardCharsets.UTF_8);
    }
  }
}

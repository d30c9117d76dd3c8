package org.seqlm.corpus;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Texts that break what counts on ordinary ones. Each method writes one file (or a folder of them)
 * as a stream, in little memory however large it is to be, the same bytes every time.
 */
public final class HostileCorpora {
  private HostileCorpora() {}

  private interface Body {
    void write(OutputStream out) throws IOException;
  }

  private static Path file(Path path, Body body) throws IOException {
    if (path.getParent() != null) {
      Files.createDirectories(path.getParent());
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16)) {
      body.write(out);
    }
    return path;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Nothing but line feeds: as many runs, and no word. */
  public static Path emptyLines(Path path, long lines) throws IOException {
    return file(
        path,
        out -> {
          for (long i = 0; i < lines; i++) {
            out.write('\n');
          }
        });
  }

  /** One word, and no line feed after it. */
  public static Path oneWord(Path path) throws IOException {
    return file(path, out -> out.write(ascii("word")));
  }

  /** One line of the same word over and over: one n-gram an order has almost all counts. */
  public static Path repeatedWord(Path path, long times) throws IOException {
    return file(
        path,
        out -> {
          for (long i = 0; i < times; i++) {
            out.write(ascii(i == 0 ? "word" : " word"));
          }
          out.write('\n');
        });
  }

  /** The same short line over and over: no n-gram has a small count. */
  public static Path repeatedLine(Path path, long times) throws IOException {
    byte[] line = ascii("the same line again\n");
    return file(
        path,
        out -> {
          for (long i = 0; i < times; i++) {
            out.write(line);
          }
        });
  }

  /** One line of ordinary words, at least so many bytes long, between two short ones. */
  public static Path longLine(Path path, long bytes) throws IOException {
    return file(
        path,
        out -> {
          SplittableRandom random = new SplittableRandom(1);
          out.write(ascii("before the line\n"));
          for (long written = 0; written < bytes; ) {
            byte[] word = ascii(zipf(random, 50_000) + " ");
            out.write(word);
            written += word.length;
          }
          out.write(ascii("\nafter the line\n"));
        });
  }

  /** Every word once, ten a line: dictionary and n-grams grow as fast as the text. */
  public static Path distinctWords(Path path, long words) throws IOException {
    return file(
        path,
        out -> {
          for (long i = 0; i < words; i++) {
            // Scrambled, so that words do not come in the order of their bytes.
            out.write(ascii(Long.toString((i * 0x9E3779B97F4A7C15L) >>> 1, 36)));
            out.write(i % 10 == 9 || i == words - 1 ? '\n' : ' ');
          }
        });
  }

  /** Lines of one long word and a short one; the long words differ in their last bytes only. */
  public static Path longWords(Path path, int wordBytes, int words) throws IOException {
    return file(
        path,
        out -> {
          for (int i = 0; i < words; i++) {
            byte[] end = ascii(Integer.toString(i));
            for (int j = end.length; j < wordBytes; j++) {
              out.write('x');
            }
            out.write(end);
            out.write(ascii(" short\n"));
          }
        });
  }

  /**
   * Every control character of ASCII and Unicode, alone, inside words and at the ends of lines;
   * separators that only some take for ones; a byte order mark; text that runs right to left;
   * characters of four bytes; carriage returns before and without line feeds. Valid UTF-8.
   */
  public static Path controlCharacters(Path path, long times) throws IOException {
    StringBuilder text = new StringBuilder("\uFEFFfirst word\r\n");
    for (int c = 0; c < 0xA1; c++) {
      if ((c < 0x21 || c >= 0x7F) && c != '\n') {
        text.append("in").append((char) c).append("side ").append((char) c).append(" end");
        text.append((char) c).append('\n');
      }
    }
    for (int c :
        new int[] {
          0x00AD, 0x061C, 0x1680, 0x180E, 0x2000, 0x2003, 0x2007, 0x200B, 0x200C, 0x200D, 0x200E,
          0x202A, 0x202E, 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF, 0xFFFD, 0xFFFE,
          0xFFFF, 0x1F600, 0x10FFFF
        }) {
      text.append("in").appendCodePoint(c).append("side ").appendCodePoint(c).append('\n');
    }
    text.append("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 cr\ralone\r\r\n\r\n\0\n\t \n");
    byte[] block = text.toString().getBytes(StandardCharsets.UTF_8);
    return file(
        path,
        out -> {
          for (long i = 0; i < times; i++) {
            out.write(block);
          }
        });
  }

  /** Bytes that are no UTF-8: stray and missing continuations, overlong forms, surrogates. */
  public static Path invalidUtf8(Path path, long times) throws IOException {
    byte[][] bad = {
      {(byte) 0x80},
      {(byte) 0xC3},
      {(byte) 0xC0, (byte) 0xAF},
      {(byte) 0xE2, (byte) 0x82},
      {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
      {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
      {(byte) 0xFF, (byte) 0xFE}
    };
    return file(
        path,
        out -> {
          for (long i = 0; i < times; i++) {
            for (byte[] bytes : bad) {
              out.write(ascii("good before"));
              out.write(bytes);
              out.write(ascii("after good\n"));
            }
          }
        });
  }

  /** The model's own marks as words of the text, and words that look like them. */
  public static Path marks(Path path, long times) throws IOException {
    byte[] block =
        ascii(
            "<s> a b </s>\n"
                + "a <unk> b\n"
                + "<unk>\n"
                + "</s> <s>\n"
                + "a <s> <s> b </s> </s>\n"
                + "<S> </S> <UNK> <s/> <unk <s>a</s>\n"
                + "\\data\\ ngram 1=4 \\1-grams: \\end\\\n"
                + "a b\n");
    return file(
        path,
        out -> {
          for (long i = 0; i < times; i++) {
            out.write(block);
          }
        });
  }

  /**
   * A folder of one huge file and many tiny ones, every third of them empty, every fifth without a
   * line feed at its end; half of all words of the huge one are the same.
   *
   * @param bytes at least so many in {@code huge.txt}
   * @param tiny files {@code tiny/NNN/NNNNNN.txt} of at most three words, a thousand a folder
   */
  public static Path skewed(Path folder, long bytes, int tiny) throws IOException {
    file(
        folder.resolve("huge.txt"),
        out -> {
          SplittableRandom random = new SplittableRandom(2);
          for (long written = 0; written < bytes; ) {
            byte[] word = ascii(random.nextBoolean() ? "hot" : zipf(random, 20_000));
            out.write(word);
            out.write(random.nextInt(15) == 0 ? '\n' : ' ');
            written += word.length + 1;
          }
          out.write('\n');
        });
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < tiny; i++) {
      StringBuilder text = new StringBuilder();
      if (i % 3 != 0) {
        text.append("tiny ").append(zipf(random, 20_000)).append(i % 2 == 0 ? " hot" : "");
        if (i % 5 != 0) {
          text.append('\n');
        }
      }
      String name = String.format("tiny/%03d/%06d.txt", i / 1000, i);
      file(folder.resolve(name), out -> out.write(ascii(text.toString())));
    }
    return folder;
  }

  /** A word of a vocabulary; the r-th most frequent appears about 1/r as often as the first. */
  private static String zipf(SplittableRandom random, int vocabulary) {
    return "w" + (int) Math.pow(vocabulary, random.nextDouble());
  }
}

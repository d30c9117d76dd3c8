package org.seqlm.job.nightlydemo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.seqlm.example.Variation;

/**
 * The text of each night: sentences of the built-in example, one a line, packed with gzip. Night n
 * has sentences (n − 1)·S to n·S − 1 of the seed, so no night depends on another.
 *
 * @param seed of all sentences
 * @param first date of night 1
 * @param sentences S, of a night
 * @param special which nights differ
 */
record DemoText(long seed, LocalDate first, int sentences, Special.Nights special) {
  /** Of the file that breaks off, so much arrives. */
  private static final double ARRIVED = 0.8;

  static final String FILE = "news.txt.gz";

  /** The date of a night, from 1. */
  LocalDate date(int night) {
    return first.plusDays(night - 1L);
  }

  /** The folder of a night's text below that of all. */
  String folder(int night) {
    return "dt=" + date(night);
  }

  /** How the text of a night differs from the example. */
  Variation variation(int night) {
    if (special.of(night) == Special.DRIFT) {
      return Variation.RANKS_REVERSED;
    }
    return special.topic() != 0 && night >= special.topic() ? Variation.NEW_TOPIC : Variation.PLAIN;
  }

  /** A night's file, whole. */
  byte[] file(int night) {
    Variation variation = variation(night);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      long from = (long) (night - 1) * sentences;
      for (long i = from; i < from + sentences; i++) {
        out.write((variation.sentence(seed, i) + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A night's file as it arrives: that of one night breaks off. */
  byte[] arriving(int night) {
    byte[] whole = file(night);
    return special.of(night) == Special.CORRUPT
        ? Arrays.copyOf(whole, (int) (whole.length * ARRIVED))
        : whole;
  }
}

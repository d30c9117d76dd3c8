package org.seqlm.bench.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.Median;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.bench.meter.InputFiles;
import org.seqlm.bench.meter.ProcessorTime;
import org.seqlm.text.TextRules;
import org.seqlm.text.Tokenizer;
import org.seqlm.text.Utf8;

/**
 * Cuts one text in memory with several tokenizers, in turns, so that what else runs meets all
 * alike; one thread, without Spark, files and counting. A first turn, in which code is compiled,
 * does not count. Lines that are no UTF-8 are left out.
 */
public final class TextBench {
  private static final int MOST_TEXT = Integer.MAX_VALUE - 64;

  private final byte[] text;
  private final List<int[]> lines = new ArrayList<>();

  private TextBench(byte[] text) {
    this.text = text;
    for (int from = 0; from < text.length; ) {
      int end = Utf8.lineEnd(text, from, text.length);
      if (Utf8.isValid(text, from, end)) {
        lines.add(new int[] {from, end});
      }
      from = end + 1;
    }
  }

  /**
   * A tokenizer.
   *
   * @param name for people
   */
  public record Named(String name, TextRules rules) {}

  /**
   * A tokenizer's figures: medians of the turns.
   *
   * @param name of the tokenizer
   * @param bytes of the text, without line feeds
   * @param tokens that it makes of the text
   * @param seconds of wall time
   * @param cpuSeconds of the process, collecting garbage included; null where the system does not
   *     tell
   */
  public record Row(String name, long bytes, long tokens, double seconds, Double cpuSeconds) {
    /** Millions of bytes that a second of processor time cuts; null where nobody knows. */
    public Double megabytesPerCpuSecond() {
      return cpuSeconds == null || cpuSeconds == 0 ? null : bytes / 1e6 / cpuSeconds;
    }
  }

  /** One measurement. */
  private record Turn(long tokens, double seconds, Double cpuSeconds) {}

  /**
   * Reads a text.
   *
   * @throws UserException with exit code 3 if it is not there, or has 2 GiB or more
   */
  public static TextBench of(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw UserException.data("--input " + file + " is no file of this machine");
    }
    try (InputStream in = InputFiles.open(file)) {
      byte[] text = in.readNBytes(MOST_TEXT);
      if (text.length == MOST_TEXT) {
        throw UserException.data("--input " + file + " has 2 GiB or more: give a shorter text");
      }
      return new TextBench(text);
    }
  }

  /**
   * Measures.
   *
   * @param turns that count
   */
  public List<Row> run(List<Named> tokenizers, int turns, Progress progress) {
    List<List<Turn>> measured = new ArrayList<>();
    tokenizers.forEach(one -> measured.add(new ArrayList<>()));
    progress.stage("cut", (long) tokenizers.size() * (turns + 1), "measurements");
    long done = 0;
    for (int turn = 0; turn <= turns; turn++) {
      for (int i = 0; i < tokenizers.size(); i++) {
        Turn one = measure(tokenizers.get(i).rules());
        if (turn > 0) {
          measured.get(i).add(one);
        }
        progress.update(++done, tokenizers.get(i).name());
      }
    }
    long bytes = lines.stream().mapToLong(line -> line[1] - line[0]).sum();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < tokenizers.size(); i++) {
      List<Turn> of = measured.get(i);
      boolean timed = of.stream().allMatch(turn -> turn.cpuSeconds() != null);
      rows.add(
          new Row(
              tokenizers.get(i).name(),
              bytes,
              of.get(0).tokens(),
              Median.of(of.stream().mapToDouble(Turn::seconds)),
              timed ? Median.of(of.stream().mapToDouble(Turn::cpuSeconds)) : null));
    }
    return rows;
  }

  private Turn measure(TextRules rules) {
    Tokenizer tokenizer = Tokenizer.of(rules);
    long[] tokens = {0};
    long cpu = ProcessorTime.nanos();
    long start = System.nanoTime();
    for (int[] line : lines) {
      tokenizer.tokenize(text, line[0], line[1], (utf8, from, to) -> tokens[0]++);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long used = ProcessorTime.nanos() - cpu;
    return new Turn(tokens[0], seconds, cpu == 0 ? null : used / 1e9);
  }
}

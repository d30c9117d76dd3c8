package org.seqlm.bench.quality;

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
import org.seqlm.quality.Document;
import org.seqlm.quality.FilterChain;
import org.seqlm.quality.FilterSpec;
import org.seqlm.text.Utf8;

/**
 * Judges the documents of one text in memory with several filters, in turns, so that what else runs
 * meets all alike; one thread, but for those that Lingua starts, without Spark, files and rows. A
 * first turn, in which code is compiled and models are read, does not count. A document is so many
 * lines, which are UTF-8.
 */
public final class FilterBench {
  private static final int MOST_TEXT = Integer.MAX_VALUE - 64;

  private final byte[] text;
  private final List<int[]> documents = new ArrayList<>();

  private FilterBench(byte[] text, int lines) {
    this.text = text;
    for (int from = 0; from < text.length; ) {
      int end = from - 1;
      for (int line = 0; line < lines && end + 1 < text.length; line++) {
        end = Utf8.lineEnd(text, end + 1, text.length);
      }
      end = Math.min(end, text.length);
      if (Utf8.isValid(text, from, end)) {
        documents.add(new int[] {from, end});
      }
      from = end + 1;
    }
  }

  /**
   * Filters.
   *
   * @param name for people
   */
  public record Named(String name, List<FilterSpec> filters) {}

  /**
   * Figures of some filters: medians of the turns.
   *
   * @param name of the filters
   * @param bytes of all documents
   * @param documents judged
   * @param kept of them
   * @param seconds of wall time
   * @param cpuSeconds of the process, collecting garbage included; null where the system does not
   *     tell
   */
  public record Row(
      String name, long bytes, long documents, long kept, double seconds, Double cpuSeconds) {
    /** Millions of bytes that a second of processor time judges; null where nobody knows. */
    public Double megabytesPerCpuSecond() {
      return cpuSeconds == null || cpuSeconds == 0 ? null : bytes / 1e6 / cpuSeconds;
    }
  }

  /** One measurement. */
  private record Turn(long kept, double seconds, Double cpuSeconds) {}

  /**
   * Reads a text.
   *
   * @param lines of a document
   * @throws UserException with exit code 3 if it is not there, or has 2 GiB or more
   */
  public static FilterBench of(Path file, int lines) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw UserException.data("--input " + file + " is no file of this machine");
    }
    try (InputStream in = InputFiles.open(file)) {
      byte[] text = in.readNBytes(MOST_TEXT);
      if (text.length == MOST_TEXT) {
        throw UserException.data("--input " + file + " has 2 GiB or more: give a shorter text");
      }
      return new FilterBench(text, lines);
    }
  }

  /**
   * Measures.
   *
   * @param turns that count
   */
  public List<Row> run(List<Named> filters, int turns, Progress progress) {
    List<List<Turn>> measured = new ArrayList<>();
    List<FilterChain> chains = new ArrayList<>();
    for (Named one : filters) {
      measured.add(new ArrayList<>());
      chains.add(FilterChain.of(one.filters()));
    }
    progress.stage("judge", (long) filters.size() * (turns + 1), "measurements");
    long done = 0;
    for (int turn = 0; turn <= turns; turn++) {
      for (int i = 0; i < filters.size(); i++) {
        Turn one = measure(chains.get(i));
        if (turn > 0) {
          measured.get(i).add(one);
        }
        progress.update(++done, filters.get(i).name());
      }
    }
    long bytes = documents.stream().mapToLong(document -> document[1] - document[0]).sum();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < filters.size(); i++) {
      List<Turn> of = measured.get(i);
      boolean timed = of.stream().allMatch(turn -> turn.cpuSeconds() != null);
      rows.add(
          new Row(
              filters.get(i).name(),
              bytes,
              documents.size(),
              of.get(0).kept(),
              Median.of(of.stream().mapToDouble(Turn::seconds)),
              timed ? Median.of(of.stream().mapToDouble(Turn::cpuSeconds)) : null));
    }
    return rows;
  }

  private Turn measure(FilterChain chain) {
    long kept = 0;
    long cpu = ProcessorTime.nanos();
    long start = System.nanoTime();
    for (int[] document : documents) {
      kept += chain.judge(new Document(text, document[0], document[1])).keeps() ? 1 : 0;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long used = ProcessorTime.nanos() - cpu;
    return new Turn(kept, seconds, cpu == 0 ? null : used / 1e9);
  }
}

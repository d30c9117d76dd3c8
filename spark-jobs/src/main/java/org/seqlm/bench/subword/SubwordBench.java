package org.seqlm.bench.subword;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.seqlm.Median;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.bench.meter.InputFiles;
import org.seqlm.bench.meter.ProcessorTime;
import org.seqlm.text.subword.IdList;
import org.seqlm.text.subword.SubwordFile;
import org.seqlm.text.subword.SubwordTokenizer;

/**
 * Cuts the lines of a text in memory, with one thread, ours and theirs in turns, so that what else
 * runs meets both alike. A first turn, in which code is compiled and memories of words are filled,
 * does not count; ours and theirs keep them for all turns.
 */
public final class SubwordBench {
  private static final int MOST_TEXT = 1 << 30;

  private SubwordBench() {}

  /**
   * Figures of one, medians of the turns.
   *
   * @param name for people
   * @param tokens of the text
   * @param seconds of wall time
   * @param cpuSeconds of the process; null where the system does not tell
   */
  public record Row(String name, long tokens, double seconds, Double cpuSeconds) {}

  /**
   * What was measured.
   *
   * @param bytes of the text
   * @param lines of it
   * @param words of it: what stands between white space
   * @param rows ours first
   * @param differentLines whose ids are not theirs; null without theirs
   */
  public record Result(long bytes, long lines, long words, List<Row> rows, Long differentLines) {}

  /** Makes the ids of a line. */
  private interface Cutter {
    int tokens(int line);
  }

  /**
   * Measures.
   *
   * @param turns that count
   * @throws UserException with exit code 3 if the text is not there, or has more than 1 GiB
   */
  public static Result run(byte[] json, String name, Path file, int turns, Progress progress)
      throws IOException {
    List<byte[]> lines = lines(file);
    String[] texts =
        lines.stream().map(line -> new String(line, StandardCharsets.UTF_8)).toArray(String[]::new);
    SubwordTokenizer ours = SubwordFile.read(json, name).tokenizer();
    IdList ids = new IdList();
    List<String> names = new ArrayList<>(List.of("seqlm"));
    List<Cutter> cutters = new ArrayList<>();
    cutters.add(
        line -> {
          byte[] bytes = lines.get(line);
          ids.clear();
          ours.encode(bytes, 0, bytes.length, ids);
          return ids.size();
        });
    TheirTokenizer theirs = TheirTokenizer.open(json);
    Long different = null;
    if (theirs != null) {
      names.add("huggingface");
      cutters.add(line -> theirs.ids(texts[line]).length);
      different = 0L;
      for (int line = 0; line < texts.length; line++) {
        cutters.get(0).tokens(line);
        long[] mine = Arrays.stream(ids.toArray()).asLongStream().toArray();
        different += Arrays.equals(mine, theirs.ids(texts[line])) ? 0 : 1;
      }
    }
    long bytes = lines.stream().mapToLong(line -> line.length + 1).sum();
    long words = 0;
    for (String text : texts) {
      words += text.isBlank() ? 0 : text.strip().split("\\s+").length;
    }
    List<Row> rows = measure(names, cutters, texts.length, turns, progress);
    return new Result(bytes, texts.length, words, rows, different);
  }

  private static List<Row> measure(
      List<String> names, List<Cutter> cutters, int lines, int turns, Progress progress) {
    long[] tokens = new long[cutters.size()];
    double[][] seconds = new double[cutters.size()][turns];
    double[][] cpu = new double[cutters.size()][turns];
    progress.stage("cut", (long) cutters.size() * (turns + 1), "measurements");
    long done = 0;
    for (int turn = 0; turn <= turns; turn++) {
      for (int k = 0; k < cutters.size(); k++) {
        long cpuStart = ProcessorTime.nanos();
        long start = System.nanoTime();
        long sum = 0;
        for (int line = 0; line < lines; line++) {
          sum += cutters.get(k).tokens(line);
        }
        if (turn > 0) {
          seconds[k][turn - 1] = (System.nanoTime() - start) / 1e9;
          cpu[k][turn - 1] = (ProcessorTime.nanos() - cpuStart) / 1e9;
        }
        tokens[k] = sum;
        progress.update(++done, names.get(k));
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int k = 0; k < cutters.size(); k++) {
      double processor = Median.of(Arrays.stream(cpu[k]));
      rows.add(
          new Row(
              names.get(k),
              tokens[k],
              Median.of(Arrays.stream(seconds[k])),
              processor == 0 ? null : Double.valueOf(processor)));
    }
    return rows;
  }

  private static List<byte[]> lines(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw UserException.data("--input " + file + " is no file of this machine");
    }
    byte[] text;
    try (InputStream in = InputFiles.open(file)) {
      text = in.readNBytes(MOST_TEXT + 1);
    }
    if (text.length > MOST_TEXT) {
      throw UserException.data("--input " + file + " has more than 1 GiB: give a shorter text");
    }
    List<byte[]> lines = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i <= text.length; i++) {
      if (i == text.length ? i > begin : text[i] == '\n') {
        lines.add(Arrays.copyOfRange(text, begin, i));
        begin = i + 1;
      }
    }
    return lines;
  }
}

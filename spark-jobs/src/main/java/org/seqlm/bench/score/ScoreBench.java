package org.seqlm.bench.score;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.seqlm.Median;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.bench.meter.ChildProcess;
import org.seqlm.bench.meter.InputFiles;
import org.seqlm.bench.meter.ProcessorTime;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.TextScore;
import org.seqlm.spark.scoring.ModelLines;
import org.seqlm.text.TextRules;

/**
 * Scores one text with forms of one model, in turns, so that what else runs meets all alike. Ours
 * run in this process on a text in memory: lines are cut, words looked up and scored as {@code
 * seqlm score} does, without Spark, files and rows. A first turn, in which code is compiled and
 * files come into memory, does not count. KenLM's are a process each, whole.
 */
public final class ScoreBench {
  private static final int MOST_TEXT = Integer.MAX_VALUE - 64;

  private final byte[] text;
  private final Path file;

  private ScoreBench(byte[] text, Path file) {
    this.text = text;
    this.file = file;
  }

  /**
   * A form of ours.
   *
   * @param name for people
   * @param rules how a line becomes its tokens
   */
  public record Form(String name, LanguageModel model, TextRules rules) {}

  /**
   * A form's figures: medians of the turns.
   *
   * @param name of the form
   * @param threads that shared the text
   * @param tokens scored, line ends among them
   * @param seconds of wall time
   * @param cpuSeconds of the process; null where the system does not tell
   * @param perplexity unknown words included; null where the process does not tell
   */
  public record Row(
      String name, int threads, long tokens, double seconds, Double cpuSeconds, Double perplexity) {
    /** Tokens that a second of processor time scores; null where nobody knows. */
    public Double tokensPerCpuSecond() {
      return cpuSeconds == null || cpuSeconds == 0 ? null : tokens / cpuSeconds;
    }
  }

  /** One measurement. */
  private record Turn(TextScore score, double seconds, Double cpuSeconds) {}

  /**
   * Reads a text.
   *
   * @throws UserException with exit code 3 if it is not there, or has 2 GiB or more
   */
  public static ScoreBench of(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw UserException.data("--input " + file + " is no file of this machine");
    }
    try (InputStream in = InputFiles.open(file)) {
      byte[] text = in.readNBytes(MOST_TEXT);
      if (text.length == MOST_TEXT) {
        throw UserException.data("--input " + file + " has 2 GiB or more: give a shorter text");
      }
      return new ScoreBench(text, file);
    }
  }

  /**
   * Measures.
   *
   * @param forms ours; the first one's tokens are everybody's
   * @param threads numbers of threads, each measured
   * @param turns that count
   * @param query KenLM's program; null for none
   * @param binaries its models
   */
  public List<Row> run(
      List<Form> forms,
      List<Integer> threads,
      int turns,
      Path query,
      List<Path> binaries,
      Progress progress)
      throws IOException {
    int cases = forms.size() * threads.size() + binaries.size();
    List<List<Turn>> measured = new ArrayList<>();
    for (int i = 0; i < cases; i++) {
      measured.add(new ArrayList<>());
    }
    progress.stage("score", (long) cases * (turns + 1), "measurements");
    long done = 0;
    for (int turn = 0; turn <= turns; turn++) {
      int at = 0;
      for (Form form : forms) {
        for (int number : threads) {
          Turn one = measure(form, number);
          if (turn > 0) {
            measured.get(at).add(one);
          }
          at++;
          progress.update(++done, form.name());
        }
      }
      for (Path binary : binaries) {
        Turn one = kenlm(query, binary);
        if (turn > 0) {
          measured.get(at).add(one);
        }
        at++;
        progress.update(++done, binary.getFileName().toString());
      }
    }
    return rows(forms, threads, binaries, measured);
  }

  private static List<Row> rows(
      List<Form> forms, List<Integer> threads, List<Path> binaries, List<List<Turn>> measured) {
    List<Row> rows = new ArrayList<>();
    long tokens = measured.get(0).get(0).score().tokens();
    for (Form form : forms) {
      for (int number : threads) {
        rows.add(row(form.name(), number, tokens, measured.get(rows.size())));
      }
    }
    for (Path binary : binaries) {
      rows.add(row("kenlm " + binary.getFileName(), 1, tokens, measured.get(rows.size())));
    }
    return rows;
  }

  private static Row row(String name, int threads, long tokens, List<Turn> turns) {
    TextScore score = turns.get(0).score();
    boolean timed = turns.stream().allMatch(turn -> turn.cpuSeconds() != null);
    return new Row(
        name,
        threads,
        tokens,
        Median.of(turns.stream().mapToDouble(Turn::seconds)),
        timed ? Median.of(turns.stream().mapToDouble(Turn::cpuSeconds)) : null,
        score == null ? null : Math.pow(10, -score.log10() / score.tokens()));
  }

  /** Each thread scores a stretch of whole lines. */
  private Turn measure(Form form, int threads) throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      long cpu = ProcessorTime.nanos();
      long start = System.nanoTime();
      List<Callable<TextScore>> parts = new ArrayList<>();
      int from = 0;
      for (int i = 1; i <= threads; i++) {
        int begin = from;
        int end = i == threads ? text.length : lineEnd((int) ((long) text.length * i / threads));
        parts.add(() -> score(form, begin, end));
        from = end;
      }
      TextScore sum = TextScore.NONE;
      for (Future<TextScore> part : pool.invokeAll(parts)) {
        sum = sum.plus(part.get());
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      long used = ProcessorTime.nanos() - cpu;
      return new Turn(sum, seconds, cpu == 0 ? null : used / 1e9);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  /** One past the line feed at or behind a place. */
  private int lineEnd(int from) {
    int at = from;
    while (at < text.length && text[at] != '\n') {
      at++;
    }
    return Math.min(text.length, at + 1);
  }

  private TextScore score(Form form, int from, int to) {
    ModelLines lines = new ModelLines(form.model(), form.rules());
    TextScore sum = TextScore.NONE;
    int begin = from;
    while (begin < to) {
      int end = lineEnd(begin);
      boolean terminated = text[end - 1] == '\n';
      sum = sum.plus(lines.line(text, begin, terminated ? end - 1 : end, terminated));
      begin = end;
    }
    return sum;
  }

  private Turn kenlm(Path query, Path binary) throws IOException {
    Path log = Files.createTempFile("seqlm-bench-", ".log");
    try {
      ChildProcess.Usage usage =
          ChildProcess.run(
              List.of(query.toString(), "-v", "summary", binary.toString()),
              List.of(file),
              null,
              log);
      if (usage.exit() != 0) {
        throw UserException.platform(
            query + " ended with code " + usage.exit() + ": " + usage.log().strip());
      }
      return new Turn(null, usage.seconds(), usage.cpuSeconds());
    } finally {
      Files.deleteIfExists(log);
    }
  }
}

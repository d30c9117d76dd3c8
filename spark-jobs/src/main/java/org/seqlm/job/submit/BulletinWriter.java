package org.seqlm.job.submit;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * The driver's side: where a submitter asked for a bulletin, what the command says on its standard
 * streams goes there, too, every few seconds and at the end. Spark's log does not. A bulletin that
 * cannot be written is told of once, and changes nothing else.
 */
public final class BulletinWriter {
  /** Names the file of the bulletin among Spark's settings. */
  static final String KEY = "spark.seqlm.bulletin";

  private static final long INTERVAL_MILLIS = 3_000;

  /** A file system that hangs does not hold the driver for longer. */
  private static final Duration LAST_WORD = Duration.ofSeconds(60);

  private static final Pattern ERROR = Pattern.compile("seqlm: (?:error|platform): (.*)");
  private static final int MOST_OUTPUT = 1 << 20;

  private final String attempt = UUID.randomUUID().toString();
  private final String name;
  private final PrintStream err;
  private final Spoken spokenOut;
  private final Spoken spokenErr;
  private final CountDownLatch ended = new CountDownLatch(1);
  private Thread thread;
  private volatile Integer code;
  private long told = -1;
  private boolean failed;

  private BulletinWriter(String name) {
    this.name = name;
    err = System.err;
    spokenOut = new Spoken(System.out, MOST_OUTPUT);
    spokenErr = new Spoken(System.err, 0);
  }

  /**
   * Begins to keep a bulletin if a submitter asked for one; before anything is said.
   *
   * @return to be told of the end
   */
  public static BulletinWriter begin() {
    BulletinWriter writer = new BulletinWriter(System.getProperty(KEY, ""));
    if (writer.onYarn() || !writer.name.isEmpty()) {
      System.setErr(new PrintStream(writer.spokenErr, true, StandardCharsets.UTF_8));
    }
    if (!writer.name.isEmpty()) {
      System.setOut(new PrintStream(writer.spokenOut, false, StandardCharsets.UTF_8));
      writer.thread = new Thread(writer::keep, "seqlm-bulletin");
      writer.thread.setDaemon(true);
      writer.thread.start();
    }
    return writer;
  }

  private void keep() {
    boolean over;
    do {
      try {
        over = ended.await(told < 0 ? 0 : INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        return; // nobody but the end of the process would
      }
      try {
        write();
      } catch (IOException | RuntimeException e) {
        tell(e);
      }
    } while (!over);
  }

  private void write() throws IOException {
    Integer now = code;
    Spoken.Lines lines = spokenErr.lines();
    if (now == null && lines.all() == told) {
      return;
    }
    // Of the driver's own, where that is.
    Spoken.Text text = now == null ? new Spoken.Text("", 0) : spokenOut.text();
    BulletinFile.at(name, SparkHadoopUtil.get().newConfiguration(new SparkConf()))
        .write(new Bulletin(attempt, lines.all(), lines.last(), now, text.kept(), text.more()));
    told = lines.all();
  }

  private void tell(Exception problem) {
    told = Math.max(told, 0);
    if (!failed) {
      failed = true;
      err.println(
          "seqlm: note: who submitted this does not see what it says, for "
              + name
              + " cannot be written: "
              + problem.getMessage());
    }
  }

  /**
   * The command has ended, and says nothing any more; returns when the bulletin says so.
   *
   * @param how its exit code
   */
  public void end(int how) {
    if (thread == null) {
      return;
    }
    System.out.flush();
    System.err.flush();
    code = how;
    ended.countDown();
    try {
      thread.join(LAST_WORD.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.setOut(spokenOut.original());
    System.setErr(spokenErr.original());
  }

  /** Whether this process is a driver that YARN started. */
  public boolean onYarn() {
    return "yarn".equals(System.getProperty("spark.master"))
        && "cluster".equals(System.getProperty("spark.submit.deployMode"));
  }

  /** The last line that names an error, without {@code seqlm: error: }; empty if there is none. */
  public String lastError() {
    return spokenErr.lines().last().stream()
        .map(ERROR::matcher)
        .filter(Matcher::matches)
        .map(error -> error.group(1))
        .reduce("", (before, line) -> line);
  }
}

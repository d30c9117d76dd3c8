package org.seqlm.job.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("changes the process's own streams")
class BulletinWriterTest {
  @TempDir Path folder;

  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream saidOut = new ByteArrayOutputStream();
  private final ByteArrayOutputStream saidErr = new ByteArrayOutputStream();

  @BeforeEach
  void takeStreams() {
    System.setOut(new PrintStream(saidOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(saidErr, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void giveStreamsBack() {
    System.clearProperty(BulletinWriter.KEY);
    System.clearProperty("spark.master");
    System.clearProperty("spark.submit.deployMode");
    System.setOut(out);
    System.setErr(err);
  }

  @Test
  void keepsWhatIsSaidAndHowItEnds() throws Exception {
    String name = folder.resolve("sub/a.json").toString();
    System.setProperty(BulletinWriter.KEY, name);
    BulletinWriter writer = BulletinWriter.begin();
    System.out.print("résumé");
    for (int i = 0; i < 250; i++) {
      System.err.println("line " + i);
    }
    System.err.println("seqlm: error: input x does not exist");
    writer.end(3);

    Bulletin bulletin = BulletinFile.at(name, new Configuration()).read();
    assertThat(bulletin.code()).isEqualTo(3);
    assertThat(bulletin.output()).isEqualTo("résumé");
    assertThat(bulletin.lines()).isEqualTo(251);
    assertThat(bulletin.last())
        .hasSize(Bulletin.MOST_LINES)
        .startsWith("line 51")
        .endsWith("seqlm: error: input x does not exist");
    assertThat(writer.lastError()).isEqualTo("input x does not exist");
    assertThat(saidOut.toString(StandardCharsets.UTF_8)).isEqualTo("résumé");
    assertThat(saidErr.toString(StandardCharsets.UTF_8)).startsWith("line 0\n").endsWith("exist\n");
  }

  /** They stay in the process's own log. */
  @Test
  void doesNotRepeatStackTraces() throws Exception {
    String name = folder.resolve("a.json").toString();
    System.setProperty(BulletinWriter.KEY, name);
    BulletinWriter writer = BulletinWriter.begin();
    System.err.println("java.util.concurrent.RejectedExecutionException: alone is no trace");
    System.err.println("20:40:47 WARN Reporter: failed");
    new IllegalStateException("stopped", new RuntimeException("cause")).printStackTrace();
    System.err.println("read: 12/12 bytes");
    writer.end(3);
    Bulletin bulletin = BulletinFile.at(name, new Configuration()).read();
    assertThat(bulletin.last())
        .containsExactly(
            "java.util.concurrent.RejectedExecutionException: alone is no trace",
            "20:40:47 WARN Reporter: failed",
            "read: 12/12 bytes");
    assertThat(bulletin.lines()).isEqualTo(3);
    assertThat(saidErr.toString(StandardCharsets.UTF_8)).contains("\tat ", "Caused by: ");
  }

  @Test
  void doesNothingWhereNobodyAsked() {
    PrintStream before = System.out;
    BulletinWriter writer = BulletinWriter.begin();
    assertThat(System.out).isSameAs(before);
    writer.end(0);
    assertThat(writer.onYarn()).isFalse();
  }

  /** Plain spark-submit: YARN keeps the line, though nobody follows. */
  @Test
  void knowsTheErrorOnYarn() {
    System.setProperty("spark.master", "yarn");
    System.setProperty("spark.submit.deployMode", "cluster");
    BulletinWriter writer = BulletinWriter.begin();
    System.err.println("seqlm: platform: no room");
    assertThat(writer.onYarn()).isTrue();
    assertThat(new CommandFailure(5, writer.lastError())).hasToString("seqlm exit code 5: no room");
    writer.end(5);
  }

  @Test
  void tellsOnceWhatCannotBeWritten() {
    System.setProperty(BulletinWriter.KEY, "nowhere://host/a.json");
    BulletinWriter writer = BulletinWriter.begin();
    writer.end(0);
    assertThat(saidErr.toString(StandardCharsets.UTF_8))
        .containsOnlyOnce("seqlm: note: ")
        .contains("nowhere://host/a.json cannot be written");
  }
}

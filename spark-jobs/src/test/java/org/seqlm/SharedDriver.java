package org.seqlm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.seqlm.artifact.Json;
import org.seqlm.job.SeqLM;
import org.seqlm.spark.SeqlmRegistrator;

/**
 * The driver of {@link SharedCluster}: one application that runs one command after another. A line
 * of standard input is a command as a JSON list, a line of standard output what became of it.
 */
final class SharedDriver {
  /** Said first: the application's id and the driver's address. */
  record Ready(String application, String host, int port) {}

  /**
   * @param stages that the application has begun, of all commands
   */
  record Ended(int code, String errors, int stages) {}

  private SharedDriver() {}

  /**
   * @param args the file that gets a line for each executor that is lost
   */
  public static void main(String[] args) throws IOException {
    PrintStream replies = System.out;
    System.setOut(System.err); // what commands say
    System.setProperty("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    System.setProperty("spark.kryo.registrator", SeqlmRegistrator.class.getName());
    SparkContext spark = SparkContext.getOrCreate();
    Heard heard = new Heard(Path.of(args[0]));
    spark.addSparkListener(heard);
    replies.println(
        Json.mapper()
            .writeValueAsString(
                Map.of(
                    "application",
                    spark.applicationId(),
                    "host",
                    spark.conf().get("spark.driver.host"),
                    "port",
                    Integer.parseInt(spark.conf().get("spark.driver.port")))));
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      JsonNode list = Json.mapper().readTree(line);
      String[] command = new String[list.size()];
      for (int i = 0; i < command.length; i++) {
        command[i] = list.get(i).asText();
      }
      ByteArrayOutputStream errors = new ByteArrayOutputStream();
      int code = SeqLM.run(command, new PrintStream(errors, true, StandardCharsets.UTF_8));
      replies.println(
          Json.mapper()
              .writeValueAsString(
                  Map.of(
                      "code",
                      code,
                      "errors",
                      errors.toString(StandardCharsets.UTF_8),
                      "stages",
                      heard.stages)));
    }
    spark.stop();
  }

  private static final class Heard extends SparkListener {
    private final Path lost;
    private volatile int stages;

    Heard(Path lost) {
      this.lost = lost;
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted stage) {
      stages = Math.max(stages, stage.stageInfo().stageId() + 1);
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
      try {
        Files.writeString(
            lost,
            removed.executorId() + " " + removed.reason().replace('\n', ' ') + "\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

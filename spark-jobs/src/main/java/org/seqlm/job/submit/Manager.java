package org.seqlm.job.submit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.spark.launcher.JavaModuleOptions;

/** Who runs drivers: how a job there is ended, and where its log is. */
sealed interface Manager {
  /**
   * Ends a job; returns once that was asked for.
   *
   * @throws IOException if nobody took it
   */
  void kill(String id) throws IOException;

  /** A command that does. */
  String killCommand(String id);

  /** Where all that the driver said is. */
  String log(String id);

  /**
   * A command of spark-submit with what drivers there lack.
   *
   * @param command from the program on
   */
  List<String> completed(List<String> command, SubmitSettings settings);

  /**
   * The manager at that address.
   *
   * @param spark the folder of Spark
   */
  static Manager of(String master, Path spark, Configuration hadoop) {
    return master.equals("yarn") ? new Yarn(hadoop) : new Standalone(master, spark);
  }

  /** Hadoop's. */
  record Yarn(Configuration hadoop) implements Manager {
    @Override
    public List<String> completed(List<String> command, SubmitSettings settings) {
      return command;
    }

    @Override
    public void kill(String id) throws IOException {
      try (YarnClient client = YarnClient.createYarnClient()) {
        client.init(new YarnConfiguration(hadoop));
        client.start();
        client.killApplication(ApplicationId.fromString(id), "interrupted where it was submitted");
      } catch (YarnException e) {
        throw new IOException(e.getMessage(), e);
      }
    }

    @Override
    public String killCommand(String id) {
      return "yarn application -kill " + id;
    }

    @Override
    public String log(String id) {
      return "yarn logs -applicationId " + id;
    }
  }

  /** Spark's own. */
  record Standalone(String master, Path spark) implements Manager {
    private static final String CLIENT = "org.apache.spark.deploy.Client";
    private static final int ENOUGH_SECONDS = 30;
    private static final String OPTIONS = "spark.driver.extraJavaOptions";
    private static final String OPTIONS_FLAG = "--driver-java-options";

    /**
     * Spark 3.5 opens the modules of Java that it needs to all its processes but to drivers that
     * its own workers start. And spark-submit is told to wait, unless a later word says otherwise.
     */
    @Override
    public List<String> completed(List<String> command, SubmitSettings settings) {
      String opened = JavaModuleOptions.defaultModuleOptions();
      List<String> words = new ArrayList<>();
      boolean set = false;
      for (String word : command) {
        String before = words.isEmpty() ? "" : words.get(words.size() - 1);
        boolean conf = before.equals("--conf") || before.equals("-c");
        String key =
            before.equals(OPTIONS_FLAG)
                ? ""
                : Stream.of(OPTIONS_FLAG + "=", "--conf=" + OPTIONS + "=", OPTIONS + "=")
                    .filter(word::startsWith)
                    .filter(start -> start.startsWith("--") || conf)
                    .findFirst()
                    .orElse(null);
        set |= key != null;
        words.add(key == null ? word : key + opened + " " + word.substring(key.length()));
      }
      if (!set) {
        String own = settings.values().getOrDefault(OPTIONS, "");
        words.addAll(1, List.of("--conf", OPTIONS + "=" + (opened + " " + own).strip()));
      }
      words.addAll(1, List.of("--conf", "spark.standalone.submit.waitAppCompletion=true"));
      return words;
    }

    @Override
    public void kill(String id) throws IOException {
      Process process =
          new ProcessBuilder(
                  List.of(spark.resolve("bin/spark-class").toString(), CLIENT, "kill", master, id))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        if (!process.waitFor(ENOUGH_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
          throw new IOException("the master did not take it");
        }
      } catch (InterruptedException e) {
        throw new IOException("interrupted", e);
      } finally {
        process.destroyForcibly();
      }
    }

    @Override
    public String killCommand(String id) {
      return spark.resolve("bin/spark-class") + " " + CLIENT + " kill " + master + " " + id;
    }

    @Override
    public String log(String id) {
      return "the worker's folder work/" + id + ", or the master's page";
    }
  }
}

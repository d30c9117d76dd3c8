package org.seqlm.job.submit;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.seqlm.UserException;

/**
 * What a command of spark-submit says that concerns who submits, too: the file systems' settings
 * and a login.
 *
 * @param values by option (with its dashes) or key of Spark's
 */
record SubmitSettings(Map<String, String> values) {
  private static final String HADOOP = "spark.hadoop.";

  SubmitSettings {
    values = Map.copyOf(values);
  }

  /**
   * Reads them.
   *
   * @param file of Spark's settings, which need not exist; weaker than the command
   * @param command of spark-submit
   * @throws UserException with exit code 2 if the file is there and cannot be read
   */
  static SubmitSettings of(String file, List<String> command) {
    Map<String, String> values = new TreeMap<>();
    Path path = Path.of(file);
    if (Files.isRegularFile(path)) {
      Properties properties = new Properties();
      try (Reader in = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
        properties.load(in);
      } catch (IOException | IllegalArgumentException e) {
        throw UserException.configuration(file + " cannot be read: " + e.getMessage());
      }
      properties
          .stringPropertyNames()
          .forEach(k -> values.put(k, properties.getProperty(k).strip()));
    }
    for (int i = 0; i < command.size(); i++) {
      String word = command.get(i);
      int equals = word.indexOf('=');
      boolean attached = word.startsWith("--") && equals > 0;
      String option = attached ? word.substring(0, equals) : word;
      String value =
          attached ? word.substring(equals + 1) : i + 1 < command.size() ? command.get(i + 1) : "";
      if (option.equals("--conf") || option.equals("-c")) {
        int at = value.indexOf('=');
        if (at > 0) {
          values.put(value.substring(0, at), value.substring(at + 1));
        }
      } else if (option.equals("--principal") || option.equals("--keytab")) {
        values.put(option, value);
      }
    }
    return new SubmitSettings(values);
  }

  /** The option's, or else the key's. */
  Optional<String> value(String option, String key) {
    return Optional.ofNullable(values.getOrDefault(option, values.get(key)));
  }

  /** Where YARN's resource manager is looked for, by the cluster's settings. */
  String resourceManager() {
    YarnConfiguration yarn = new YarnConfiguration(hadoop());
    return yarn.get("yarn.resourcemanager.ha.rm-ids") != null
        ? "yarn.resourcemanager.ha.rm-ids"
        : yarn.get(YarnConfiguration.RM_ADDRESS, YarnConfiguration.DEFAULT_RM_ADDRESS);
  }

  /** Hadoop's settings as the job has them, with those of the cluster's folder. */
  Configuration hadoop() {
    Configuration hadoop = new Configuration();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(HADOOP)) {
            hadoop.set(key.substring(HADOOP.length()), value);
          }
        });
    return hadoop;
  }
}

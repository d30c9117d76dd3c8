package org.seqlm.artifact;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.store.Paths;

/**
 * What stands in the place of a command's result record where the command failed. It is no result:
 * the same command, given again, replaces it.
 *
 * @param command that failed
 * @param version of SeqLM
 * @param exitCode the process's
 * @param problems as its user was told them, a line each
 */
public record FailureRecord(String command, String version, int exitCode, List<String> problems) {
  private static final int LONGEST = 1 << 20; // bytes: a larger file is a result

  /** The record as a file holds it. */
  public String json() {
    return Json.pretty(Json.mapper().createObjectNode().set("failed", Json.tree(this)));
  }

  /** Whether a file holds such a record. */
  public static boolean isAt(Configuration conf, String file) {
    try {
      Path path = Paths.of(file);
      FileSystem fs = path.getFileSystem(conf);
      if (!fs.exists(path) || fs.getFileStatus(path).getLen() > LONGEST) {
        return false;
      }
      try (InputStream in = fs.open(path)) {
        JsonNode record = Json.mapper().readTree(in);
        return record.size() == 1 && record.path("failed").has("exit-code");
      }
    } catch (IOException | IllegalArgumentException e) {
      return false; // whatever it is, it is none
    }
  }
}

package org.seqlm.job.retrain;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.trend.RegistryTrend;
import org.seqlm.metrics.NightFigures;
import org.seqlm.registry.Registry;
import org.seqlm.store.Paths;

/**
 * What is written for people once a night is decided: its summary, in its folder, and the trend
 * over all nights, beside them. Both can be made again from what is decided, so that they are not
 * written is told and fails no night.
 */
final class NightPages {
  /** In a night's folder. */
  static final String SUMMARY = "summary.txt";

  private NightPages() {}

  static void write(RetrainConfig config, RetrainResult result, JobContext context) {
    if (result.version() == 0) {
      return; // nothing was decided
    }
    Configuration hadoop = context.hadoop();
    try {
      Path summary = Paths.of(result.folder() + "/" + SUMMARY);
      FileSystem fs = summary.getFileSystem(hadoop);
      // A night that is told again knows less of itself.
      if (fs.exists(summary.getParent()) && !(result.again() && fs.exists(summary))) {
        RegistryTrend.write(hadoop, summary.toString(), String.join("\n", result.summary()) + "\n");
      }
      RegistryTrend.write(hadoop, Registry.open(hadoop, config.registry()), config.nights());
    } catch (IOException | RuntimeException e) {
      context
          .progress()
          .message(
              "note: the night is decided, but its summary or the trend was not written: "
                  + e.getMessage()
                  + "; seqlm retrain for the same night writes them");
    }
  }

  /** The figures that a decision keeps of its night, whose record is in its folder. */
  static JsonNode figures(Configuration hadoop, String folder) throws IOException {
    return NightFigures.of(
            ArtifactReader.open(hadoop, folder + "/night").readJson("night.json", JsonNode.class))
        .json();
  }
}

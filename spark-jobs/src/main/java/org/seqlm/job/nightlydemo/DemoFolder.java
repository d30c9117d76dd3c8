package org.seqlm.job.nightlydemo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Overwrite;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;

/**
 * The folder of a demo: text that came in, the registry, the nights. A demo begins anew, as nights
 * that are decided are not decided again.
 */
final class DemoFolder {
  /** Written first, by which a folder is known for a demo's. */
  private static final String MARKER = "nightly-demo.json";

  /** Written last. */
  private static final String RESULT = "nights.json";

  private final Configuration hadoop;
  private final String name;
  private final Path path;
  private final FileSystem fs;

  DemoFolder(Configuration hadoop, String name) throws IOException {
    this.hadoop = hadoop;
    this.name = name;
    this.path = Paths.of(name);
    this.fs = path.getFileSystem(hadoop);
  }

  /** Of the registry. */
  String models() {
    return name + "/models";
  }

  /** Of the nights' datasets, runs and pages. */
  String nights() {
    return name + "/models-nights";
  }

  /** Of the text that comes in. */
  String text() {
    return name + "/text";
  }

  /** The file that {@code retrain --config} takes. */
  String config() {
    return name + "/retrain.yaml";
  }

  /** Of a second registry, as long as a night is done twice. */
  String twin() {
    return name + "/undisturbed";
  }

  private String twinNights() {
    return twin() + "-nights";
  }

  /**
   * @throws UserException with exit code 2 where something is there that is not to be replaced
   */
  void check(Overwrite overwrite) throws IOException {
    if (!fs.exists(path)) {
      return;
    }
    if (!fs.getFileStatus(path).isDirectory()
        || (!fs.exists(new Path(path, MARKER)) && fs.listStatus(path).length > 0)) {
      throw UserException.configuration(
          "output "
              + name
              + " exists and is no nightly demo of ours (it has no "
              + MARKER
              + "): give another --output, or remove it yourself");
    }
    if (fs.exists(new Path(path, RESULT)) && overwrite == Overwrite.REFUSE) {
      throw UserException.configuration(
          "output " + name + " exists: give --overwrite to begin it anew, or another --output");
    }
  }

  /** Removes what a demo before has left, and nothing else. */
  void begin(Object config) throws IOException {
    HashedFile.replacePlain(fs, new Path(path, MARKER), out -> out.write(bytes(config)));
    Paths.remove(fs, new Path(path, RESULT));
    for (String part : new String[] {models(), nights(), text(), config(), twin(), twinNights()}) {
      fs.delete(Paths.of(part), true);
    }
  }

  void end(NightlyDemoResult result) throws IOException {
    HashedFile.replacePlain(fs, new Path(path, RESULT), out -> out.write(bytes(result)));
  }

  private static byte[] bytes(Object record) {
    return Json.pretty(record).getBytes(StandardCharsets.UTF_8);
  }

  /** Writes a file, in place of what may be there. */
  void write(String file, byte[] bytes) throws IOException {
    Path target = Paths.of(file);
    fs.mkdirs(target.getParent());
    HashedFile.replacePlain(fs, target, out -> out.write(bytes));
  }

  /** A copy of the registry as it is. */
  void beginTwin() throws IOException {
    FileUtil.copy(fs, Paths.of(models()), fs, Paths.of(twin()), false, hadoop);
  }

  void endTwin() throws IOException {
    fs.delete(Paths.of(twin()), true);
    fs.delete(Paths.of(twinNights()), true);
  }
}

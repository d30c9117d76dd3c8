package org.seqlm.task;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.Kept;
import org.seqlm.UserException;
import org.seqlm.store.Paths;

/** Names a trained network over examples, so that an executor can load it, once each. */
public final class TaskModelHandle implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Kept<TaskModel> LOADED = new Kept<>(4);

  private final String folder;
  private final String fingerprint;

  private TaskModelHandle(String folder, String fingerprint) {
    this.folder = folder;
    this.fingerprint = fingerprint;
  }

  /** The handle of a model that was loaded. */
  public static TaskModelHandle of(Configuration conf, TaskModel model) throws IOException {
    Path given = Paths.of(model.name());
    return new TaskModelHandle(
        given.getFileSystem(conf).makeQualified(given).toString(), model.fingerprint());
  }

  /**
   * The model, from what this JVM loaded before if it is there.
   *
   * @throws UserException with exit code 3 if the folder no longer holds the same model
   */
  public TaskModel open(Configuration conf) throws IOException {
    return LOADED.open(
        fingerprint + " " + folder,
        () -> {
          TaskModel model = TaskModel.load(conf, folder);
          if (!model.fingerprint().equals(fingerprint)) {
            throw UserException.data(
                folder + " was replaced by another model while it was in use: start the job again");
          }
          return model;
        });
  }
}

package org.seqlm.spark.task;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/** What a task leaves when it ends, or is killed: nothing. */
public final class TaskEnd {
  private TaskEnd() {}

  /** Has something closed when the task ends, however it does; it may have been closed before. */
  public static void close(Closeable closeable) {
    TaskCompletionListener listener =
        context -> {
          try {
            closeable.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    TaskContext.get().addTaskCompletionListener(listener);
  }
}

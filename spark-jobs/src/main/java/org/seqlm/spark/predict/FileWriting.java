package org.seqlm.spark.predict;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.UserException;
import org.seqlm.kernels.Kernels;
import org.seqlm.metrics.task.TaskScorer;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.network.Decoding;
import org.seqlm.neural.torch.device.LostGpu;
import org.seqlm.spark.examples.ExampleKey;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.Refusal;
import org.seqlm.spark.task.TaskGpu;
import org.seqlm.store.Paths;
import org.seqlm.task.TaskContent;
import org.seqlm.task.TaskModel;
import org.seqlm.task.TaskModelHandle;
import org.seqlm.task.predict.PredictionFiles;
import org.seqlm.task.predict.PredictionRows;
import scala.Tuple2;

/** Writes files of sorted records with what a network predicts of them, in a task that has some. */
record FileWriting(
    Broadcast<SharedSettings> conf,
    TaskModelHandle model,
    Engine<?> engine,
    Decoding decoding,
    Execution execution,
    int top,
    List<String> kept,
    PredictionFiles.Format format,
    String folder,
    Broadcast<String[]> files,
    long perFile,
    LongAccumulator done)
    implements Serializable {

  /** The files of one task, each written when it is asked for. */
  Iterator<PredictedFile> write(Iterator<Tuple2<ExampleKey, byte[]>> sorted) {
    TaskContext context = TaskContext.get();
    return new Iterator<>() {
      private Tuple2<ExampleKey, byte[]> ahead = sorted.hasNext() ? sorted.next() : null;

      @Override
      public boolean hasNext() {
        return ahead != null;
      }

      @Override
      public PredictedFile next() {
        PredictedFile written = new PredictedFile();
        written.number = ahead._1().block();
        try {
          FileWriting.this.write(written, records(written.number), context.taskAttemptId());
        } catch (UserException e) {
          written.refusal = Refusal.encode(e);
          ahead = null; // the driver goes no further
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        return written;
      }

      private Iterator<byte[]> records(int file) {
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return ahead != null && ahead._1().block() == file;
          }

          @Override
          public byte[] next() {
            if (!hasNext()) {
              throw new java.util.NoSuchElementException();
            }
            if (context.isInterrupted()) {
              throw new TaskKilledException("told to stop");
            }
            byte[] record = ahead._2();
            ahead = sorted.hasNext() ? sorted.next() : null;
            done.add(1);
            return record;
          }
        };
      }
    };
  }

  private void write(PredictedFile written, Iterator<byte[]> records, long attempt)
      throws IOException {
    Configuration hadoop = conf.value().value();
    TaskModel trained = model.open(hadoop);
    TaskContent content = trained.content();
    TaskScorer scorer = TaskScorer.ofVocabularies(content.details(), content.vocabularies());
    Path target = new Path(folder);
    try (TaskGpu gpu = TaskGpu.lent()) {
      // The first that touches an engine in an executor.
      Kernels.pin(execution.kernels());
      written.file =
          PredictionFiles.write(
              Paths.plain(target.getFileSystem(hadoop)), // the manifest has its SHA-256
              target,
              String.format(Locale.ROOT, "part-%05d%s", written.number, format.extension()),
              attempt,
              format,
              content.details(),
              kept,
              rows ->
                  new RecordChunks(
                          content,
                          scorer,
                          new PredictionRows(content, top),
                          files.value(),
                          written.number * perFile,
                          records,
                          rows,
                          written)
                      .run(
                          engine.predictor(content.network(), decoding, execution),
                          trained.parameters()));
    } catch (LostGpu e) {
      throw TaskGpu.lost(e);
    }
  }
}

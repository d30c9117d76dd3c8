package org.seqlm.spark.dl4j;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.loader.impl.SerializedDataSetLoader;
import org.deeplearning4j.core.loader.impl.SerializedMultiDataSetLoader;
import org.nd4j.common.loader.Source;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.seqlm.neural.dl4j.device.EngineSettings;
import org.seqlm.spark.io.SharedSettings;

/**
 * A file on any Hadoop file system, as Deeplearning4j's loaders of data sets read it.
 *
 * @param path qualified: an executor may have another working folder
 */
public record HadoopSource(SharedSettings conf, String path) implements Source {
  /** The data sets of files, which the driver's working folder and file system may complete. */
  public static JavaRDD<DataSet> dataSets(JavaRDD<String> paths, DataSetLoader loader) {
    SharedSettings conf = conf(paths);
    String folder = workingFolder(conf);
    return paths.map(path -> dataSet(loader, of(conf, folder, path)));
  }

  /** The data sets of several inputs or outputs of files. */
  public static JavaRDD<MultiDataSet> multiDataSets(
      JavaRDD<String> paths, MultiDataSetLoader loader) {
    SharedSettings conf = conf(paths);
    String folder = workingFolder(conf);
    return paths.map(path -> multiDataSet(loader, of(conf, folder, path)));
  }

  /**
   * The data set of a file. Of what Deeplearning4j's own loader reads, the Java objects stay unread
   * ({@link StoredDataSets}); what another loader does with a file is its user's concern.
   */
  public static DataSet dataSet(DataSetLoader loader, Source source) throws IOException {
    EngineSettings.loadInOrderIfPossible();
    if (loader.getClass() != SerializedDataSetLoader.class) {
      return loader.load(source);
    }
    try (InputStream in = source.getInputStream()) {
      return StoredDataSets.dataSet(in);
    }
  }

  /** The same of several inputs or outputs. */
  public static MultiDataSet multiDataSet(MultiDataSetLoader loader, Source source)
      throws IOException {
    EngineSettings.loadInOrderIfPossible();
    if (loader.getClass() != SerializedMultiDataSetLoader.class) {
      return loader.load(source);
    }
    try (InputStream in = source.getInputStream()) {
      return StoredDataSets.multiDataSet(in);
    }
  }

  private static SharedSettings conf(JavaRDD<String> paths) {
    return new SharedSettings(paths.context().hadoopConfiguration());
  }

  /** The driver's, with its default file system. */
  private static String workingFolder(SharedSettings conf) {
    try {
      return FileSystem.get(conf.value()).getWorkingDirectory().toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HadoopSource of(SharedSettings conf, String folder, String path) {
    return new HadoopSource(conf, new Path(new Path(folder), new Path(path)).toString());
  }

  @Override
  public InputStream getInputStream() throws IOException {
    Path file = new Path(path);
    return file.getFileSystem(conf.value()).open(file);
  }

  @Override
  public String getPath() {
    return path;
  }
}

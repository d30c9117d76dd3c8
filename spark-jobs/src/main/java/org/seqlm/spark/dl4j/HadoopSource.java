package org.seqlm.spark.dl4j;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.nd4j.common.loader.Source;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** A file on any Hadoop file system, as Deeplearning4j's loaders of data sets read it. */
public record HadoopSource(SerializableConfiguration conf, String path) implements Source {
  /** The data sets of files. */
  public static JavaRDD<DataSet> dataSets(JavaRDD<String> paths, DataSetLoader loader) {
    SerializableConfiguration conf = conf(paths);
    return paths.map(path -> loader.load(new HadoopSource(conf, path)));
  }

  /** The data sets of several inputs or outputs of files. */
  public static JavaRDD<MultiDataSet> multiDataSets(
      JavaRDD<String> paths, MultiDataSetLoader loader) {
    SerializableConfiguration conf = conf(paths);
    return paths.map(path -> loader.load(new HadoopSource(conf, path)));
  }

  private static SerializableConfiguration conf(JavaRDD<String> paths) {
    return new SerializableConfiguration(paths.context().hadoopConfiguration());
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

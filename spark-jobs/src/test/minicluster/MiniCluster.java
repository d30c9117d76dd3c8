import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * HDFS and YARN of one machine, in a process of their own, for {@code YarnIT}: Hadoop's own name node, data node,
 * resource manager and node manager. Run from its source ({@code java -cp ... MiniCluster.java CONF}) in the
 * folder that is to hold everything, since its class path must never meet Spark's or the tests'. It writes the files
 * of {@code HADOOP_CONF_DIR} into CONF when all is up, {@code yarn-site.xml} last, and ends with its standard input.
 */
public final class MiniCluster {
  private MiniCluster() {}

  public static void main(String[] args) {
    try {
      run(Path.of(args[0]));
    } catch (Throwable problem) {
      problem.printStackTrace();
      // The servers that did start would keep the process.
      Runtime.getRuntime().halt(1);
    }
    // Without a farewell: nothing here is to be kept.
    Runtime.getRuntime().halt(0);
  }

  private static void run(Path conf) throws Exception {
    Configuration dfs = new Configuration();
    dfs.set("hdfs.minidfs.basedir", Path.of("dfs").toAbsolutePath().toString());
    MiniDFSCluster files = new MiniDFSCluster.Builder(dfs).numDataNodes(1).build();
    String root = files.getFileSystem().getUri().toString();

    Configuration yarn = new YarnConfiguration();
    yarn.set("fs.defaultFS", root);
    yarn.set("yarn.resourcemanager.scheduler.class",
        "org.apache.hadoop.yarn.server.resourcemanager.scheduler.capacity.CapacityScheduler");
    yarn.set("yarn.scheduler.capacity.root.queues", "default");
    yarn.set("yarn.scheduler.capacity.root.default.capacity", "100");
    // A machine of two cores runs the application masters of several jobs beside their executors.
    yarn.set("yarn.scheduler.capacity.maximum-am-resource-percent", "0.9");
    yarn.setInt("yarn.scheduler.minimum-allocation-mb", 128);
    // Of this name: MiniYARNCluster puts its own 4 GB into the node manager's.
    yarn.setInt("yarn.minicluster.yarn.nodemanager.resource.memory-mb", 16384);
    yarn.setInt("yarn.scheduler.maximum-allocation-mb", 16384);
    // A JVM maps far more than it uses.
    yarn.setBoolean("yarn.nodemanager.vmem-check-enabled", false);
    // A developer's disk is often nearly full.
    yarn.set(
        "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", "99.5");
    // Spark brings Hadoop's client itself.
    yarn.set("yarn.application.classpath", "");
    MiniYARNCluster nodes = new MiniYARNCluster("yarn", 1, 1, 1);
    nodes.init(yarn);
    nodes.start();
    if (!nodes.waitForNodeManagersToConnect(60_000)) {
      throw new IllegalStateException("the node manager did not come up");
    }

    Configuration core = new Configuration(false);
    core.set("fs.defaultFS", root);
    write(core, conf.resolve("core-site.xml"));
    write(nodes.getConfig(), conf.resolve("yarn-site.xml"));
    while (System.in.read() >= 0) {
      // Until whoever started this has ended.
    }
  }

  /** In one step: who waits for the file finds it whole. */
  private static void write(Configuration conf, Path file) throws Exception {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (OutputStream out = Files.newOutputStream(part)) {
      conf.writeXml(out);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }
}

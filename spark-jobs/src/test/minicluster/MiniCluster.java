import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.PrivilegedExceptionAction;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.security.Credentials;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.shaded.org.apache.kerby.kerberos.kerb.server.SimpleKdcServer;
import org.apache.hadoop.yarn.api.records.NodeId;
import org.apache.hadoop.yarn.api.records.NodeLabel;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.apache.hadoop.yarn.server.resourcemanager.nodelabels.RMNodeLabelsManager;

/**
 * HDFS and YARN of one machine, in a process of their own, for the tests of YARN: Hadoop's own name node, data node,
 * resource manager and node manager; with {@code secure} also a Kerberos server, which all of them ask. Run from its
 * source ({@code java -cp ... MiniCluster.java CONF plain|secure}) in the folder that is to hold everything, since its
 * class path must never meet Spark's or the tests'. It writes the files of {@code HADOOP_CONF_DIR} into CONF when all
 * is up, {@code yarn-site.xml} last; {@code secure} also {@code krb5.conf}, {@code alice.keytab} and {@code
 * bob.keytab}. It ends with its standard input, whose lines are commands:
 *
 * <pre>
 * restart-name-node SECONDS   stops it, waits, and starts it at the same address
 * start-node second           one more node manager, in a process of its own
 * token USER                  a token of that user's in USER.token, which nobody renews
 * label NAME                  gives a node, and no other, the label "apart": "first", which is in this process, "second" or none
 * </pre>
 *
 * What a command has done is said by a file of its first two words in CONF, joined by a dash.
 */
public final class MiniCluster {
  private static final String REALM = "SEQLM.TEST";
  private static final String SERVER = "hadoop/localhost@" + REALM;

  /** What tests see expire: long enough to start containers in, and shorter than a training. */
  private static final int TOKEN_SECONDS = 12;

  private final Path conf;
  private final Path home = Path.of("").toAbsolutePath();
  private final Configuration common = new Configuration(false);
  private MiniDFSCluster files;
  private MiniYARNCluster nodes;

  private MiniCluster(Path conf) {
    this.conf = conf;
  }

  public static void main(String[] args) {
    try {
      new MiniCluster(Path.of(args[0])).run(args[1].equals("secure"));
    } catch (Throwable problem) {
      problem.printStackTrace();
      // The servers that did start would keep the process.
      Runtime.getRuntime().halt(1);
    }
    // Without a farewell: nothing here is to be kept.
    Runtime.getRuntime().halt(0);
  }

  private void run(boolean secure) throws Exception {
    if (secure) {
      startKerberos();
    }
    startFiles(secure);
    startNodes(secure);
    write(common, conf.resolve("core-site.xml"));
    write(nodes.getConfig(), conf.resolve("yarn-site.xml"));
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "restart-name-node" -> {
          files.shutdownNameNode(0);
          Thread.sleep(1000L * Integer.parseInt(words[1]));
          files.restartNameNode(0, false);
        }
        case "start-node" -> startNode(words[1]);
        case "label" -> label(words[1]);
        case "token" -> token(words[1]);
        default -> throw new IllegalArgumentException(line);
      }
      Files.writeString(conf.resolve(words[0] + "-" + words[1]), "done");
    }
  }

  /** Apache Kerby, as Hadoop's own MiniKdc has it. */
  private void startKerberos() throws Exception {
    SimpleKdcServer kdc = new SimpleKdcServer();
    kdc.setWorkDir(conf.toFile());
    kdc.setKdcHost("127.0.0.1");
    kdc.setKdcRealm(REALM);
    kdc.setAllowUdp(false);
    kdc.init();
    kdc.start();
    for (String name : List.of("hadoop/localhost", "HTTP/localhost", "alice", "bob")) {
      kdc.createPrincipal(name + "@" + REALM, "secret of " + name);
    }
    File server = conf.resolve("server.keytab").toFile();
    kdc.exportPrincipal(SERVER, server);
    kdc.exportPrincipal("HTTP/localhost@" + REALM, server);
    kdc.exportPrincipal("alice@" + REALM, conf.resolve("alice.keytab").toFile());
    kdc.exportPrincipal("bob@" + REALM, conf.resolve("bob.keytab").toFile());
    System.setProperty("java.security.krb5.conf", conf.resolve("krb5.conf").toString());

    common.set("hadoop.security.authentication", "kerberos");
    common.set("hadoop.security.authorization", "true");
    // Nobody here is a user of the system.
    common.set("hadoop.user.group.static.mapping.overrides", "hadoop=hadoop;alice=people;bob=people");
    for (String role : List.of("dfs.namenode", "dfs.datanode")) {
      common.set(role + ".kerberos.principal", SERVER);
      common.set(role + ".keytab.file", server.toString());
    }
    common.set("dfs.web.authentication.kerberos.principal", "HTTP/localhost@" + REALM);
    common.set("dfs.web.authentication.kerberos.keytab", server.toString());
    common.set("dfs.block.access.token.enable", "true");
    common.set("dfs.data.transfer.protection", "authentication");
    // Their web pages are nobody's here.
    common.set("ignore.secure.ports.for.testing", "true");
    for (String role : List.of("yarn.resourcemanager", "yarn.nodemanager")) {
      common.set(role + ".principal", SERVER);
      common.set(role + ".keytab", server.toString());
    }
    common.setInt("dfs.namenode.delegation.token.renew-interval", 1000 * TOKEN_SECONDS);
    common.setInt("dfs.namenode.delegation.token.max-lifetime", 5000 * TOKEN_SECONDS);
    // A connection that is kept was let in once, whatever became of the token.
    common.setInt("ipc.client.connection.maxidletime", 500);
    UserGroupInformation.setConfiguration(common);
    UserGroupInformation.loginUserFromKeytab(SERVER, server.toString());
  }

  private void startFiles(boolean secure) throws Exception {
    Configuration dfs = new Configuration();
    dfs.addResource(common);
    dfs.set("hdfs.minidfs.basedir", home.resolve("dfs").toString());
    // Data nodes are soon back where the name node was started again.
    dfs.setInt("dfs.heartbeat.interval", 1);
    files = new MiniDFSCluster.Builder(dfs).numDataNodes(1).build();
    common.set("fs.defaultFS", files.getFileSystem().getUri().toString());
    if (secure) {
      files.getFileSystem().setPermission(new org.apache.hadoop.fs.Path("/"),
          org.apache.hadoop.fs.permission.FsPermission.createImmutable((short) 0777));
    }
  }

  private void startNodes(boolean secure) throws Exception {
    Configuration yarn = new YarnConfiguration();
    yarn.addResource(common);
    yarn.set("yarn.resourcemanager.scheduler.class",
        "org.apache.hadoop.yarn.server.resourcemanager.scheduler.capacity.CapacityScheduler");
    yarn.set("yarn.scheduler.capacity.root.queues", "default,nights");
    yarn.set("yarn.scheduler.capacity.root.default.capacity", "80");
    yarn.set("yarn.scheduler.capacity.root.nights.capacity", "20");
    yarn.set("yarn.scheduler.capacity.root.default.user-limit-factor", "10");
    yarn.set("yarn.scheduler.capacity.root.nights.user-limit-factor", "10");
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
    if (!secure) {
      // GPUs that YARN counts and nobody shuts off from each other: no plug-in, no cgroups.
      yarn.set("yarn.resource-types", "yarn.io/gpu");
      yarn.set("yarn.nodemanager.resource-type.yarn.io/gpu", "2");
      yarn.set("yarn.scheduler.capacity.resource-calculator",
          "org.apache.hadoop.yarn.util.resource.DominantResourceCalculator");
      yarn.setBoolean("yarn.node-labels.enabled", true);
      yarn.set("yarn.node-labels.fs-store.root-dir", home.resolve("labels").toUri().toString());
      for (String queue : List.of("root", "root.default")) {
        yarn.set("yarn.scheduler.capacity." + queue + ".accessible-node-labels", "apart");
        yarn.set("yarn.scheduler.capacity." + queue + ".accessible-node-labels.apart.capacity", "100");
      }
      yarn.set("yarn.scheduler.capacity.root.nights.accessible-node-labels", " ");
      yarn.set("yarn.scheduler.capacity.root.default.accessible-node-labels.apart.maximum-am-resource-percent", "0.9");
      // A machine that says nothing is given up soon, but not one that is only busy.
      yarn.setInt("yarn.nm.liveness-monitor.expiry-interval-ms", 12_000);
      yarn.setInt("yarn.resourcemanager.nm.liveness-monitor.interval-ms", 500);
    }
    nodes = new MiniYARNCluster("yarn", 1, 1, 1);
    nodes.init(yarn);
    nodes.start();
    if (!nodes.waitForNodeManagersToConnect(60_000)) {
      throw new IllegalStateException("the node manager did not come up");
    }
    if (!secure) {
      labels().addToCluserNodeLabels(Set.of(NodeLabel.newInstance("apart", true)));
      nodes.getResourceManager().getResourceScheduler().reinitialize(
          nodes.getConfig(), nodes.getResourceManager().getRMContext());
    }
  }

  private RMNodeLabelsManager labels() {
    return nodes.getResourceManager().getRMContext().getNodeLabelManager();
  }

  private void label(String name) throws Exception {
    for (NodeId node : nodes.getResourceManager().getRMContext().getRMNodes().keySet()) {
      boolean first = node.equals(nodes.getNodeManager(0).getNMContext().getNodeId());
      labels().replaceLabelsOnNode(
          Map.of(node, name.equals(first ? "first" : "second") ? Set.of("apart") : Set.of()));
    }
  }

  /** What who has no ticket may come with for a while. */
  private void token(String user) throws Exception {
    Credentials credentials = new Credentials();
    UserGroupInformation.loginUserFromKeytabAndReturnUGI(
            user + "@" + REALM, conf.resolve(user + ".keytab").toString())
        .doAs((PrivilegedExceptionAction<?>) () -> {
          try (FileSystem fs = FileSystem.newInstance(common)) {
            return fs.addDelegationTokens("nobody", credentials);
          }
        });
    credentials.writeTokenStorageFile(
        new org.apache.hadoop.fs.Path(conf.resolve(user + ".token").toUri()), common);
  }

  /** A node manager that can be stopped, as a machine that hangs is. */
  private void startNode(String name) throws Exception {
    Path folder = Files.createDirectories(home.resolve(name));
    Configuration node = new Configuration(nodes.getConfig());
    String host = InetAddress.getLocalHost().getHostName();
    for (String address : List.of("address", "localizer.address", "webapp.address", "collector-service.address")) {
      node.set("yarn.nodemanager." + address, host + ":0");
    }
    node.set("yarn.nodemanager.local-dirs", folder.resolve("local").toString());
    node.set("yarn.nodemanager.log-dirs", folder.resolve("logs").toString());
    node.setInt("yarn.nodemanager.resource.memory-mb", 8192);
    node.set("yarn.nodemanager.aux-services", "");
    write(node, folder.resolve("yarn-site.xml"));
    write(common, folder.resolve("core-site.xml"));
    int before = nodes.getResourceManager().getRMContext().getRMNodes().size();
    ProcessBuilder builder = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "--add-opens=java.base/java.lang=ALL-UNNAMED",
        "-Dlog4j.configuration=" + System.getProperty("log4j.configuration"),
        "-cp",
        folder + File.pathSeparator + System.getProperty("java.class.path"),
        "org.apache.hadoop.yarn.server.nodemanager.NodeManager");
    Process process = builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
    while (nodes.getResourceManager().getRMContext().getRMNodes().size() == before) {
      if (!process.isAlive()) {
        throw new IllegalStateException("node " + name + " did not come up: " + Files.readString(folder.resolve("log")));
      }
      Thread.sleep(100);
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

package org.seqlm;

import java.io.ObjectInputFilter;

/**
 * What Java's own serialisation makes of no bytes in a process of ours: the known chains of classes
 * that run what a stream says. Spark talks to its executors with it, and libraries of others read
 * files with it; SeqLM reads none. A filter that somebody set, by {@code jdk.serialFilter}, stands.
 */
public final class ObjectFilter {
  private static final String COMMON =
      String.join(
          ";",
          "!org.apache.commons.collections.functors.*",
          "!org.apache.commons.collections4.functors.*",
          "!org.apache.commons.beanutils.*",
          "!org.codehaus.groovy.runtime.*",
          "!com.sun.org.apache.xalan.**",
          "!org.apache.xalan.**",
          "!com.sun.rowset.*",
          "!com.mchange.v2.c3p0.**",
          "!org.springframework.**",
          "!org.hibernate.**",
          "!com.rometools.**",
          "!com.zaxxer.hikari.**");

  /**
   * Of every driver: what jconsole and the like speak, JMX over RMI, is left but for its chains.
   */
  public static final String PATTERN =
      String.join(
          ";",
          COMMON,
          "!javax.management.BadAttributeValueExpException",
          "!javax.management.remote.rmi.**",
          "!java.rmi.server.UnicastRemoteObject",
          "!java.rmi.server.RemoteObjectInvocationHandler",
          "!javax.naming.**");

  /** As {@code conf/overlays/secure.conf} gives it to drivers and executors: no JMX over RMI. */
  public static final String STRICT =
      String.join(
          ";", COMMON, "!javax.management.**", "!java.rmi.**", "!sun.rmi.**", "!javax.naming.**");

  private ObjectFilter() {}

  /** Sets it for all streams of this process that are opened from now on. */
  public static void install() {
    if (ObjectInputFilter.Config.getSerialFilter() == null) {
      ObjectInputFilter.Config.setSerialFilter(ObjectInputFilter.Config.createFilter(PATTERN));
    }
  }
}

package io.tola.market.store;

import io.tola.kernel.cache.CacheSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who the cache talks to.
 *
 * <p>An installation says it in Hazelcast's own configuration file. Without a file the node is
 * configured from here: alone it has no join of any kind, no discovery, is bound to the given address
 * and takes the first free port; with members it joins exactly those over TCP.
 *
 * @param file Hazelcast's configuration, or null; with a file the rest is the file's business
 * @param clusterName nodes of another name are refused
 * @param instanceName this node's name within its JVM
 * @param address the local address to listen on
 * @param port the port to listen on
 * @param members {@code host:port} of the nodes to join; empty for a node alone
 */
public record ClusterSettings(
    Path file,
    String clusterName,
    String instanceName,
    String address,
    int port,
    List<String> members) {

  public ClusterSettings {
    members = List.copyOf(members);
  }

  /** Splits a comma list, dropping blanks. */
  public static List<String> split(String members) {
    List<String> list = new ArrayList<>();
    for (String member : members.split(",")) {
      if (!member.isBlank()) {
        list.add(member.trim());
      }
    }
    return list;
  }

  /**
   * Hazelcast's configuration. Short timeouts: a frozen peer must not hold up a quote for the minute
   * that is the default.
   */
  String toHazelcastXml() {
    StringBuilder xml = new StringBuilder(2_048);
    xml.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.append("<hazelcast xmlns=\"http://www.hazelcast.com/schema/config\">\n");
    xml.append("  <instance-name>").append(escape(instanceName)).append("</instance-name>\n");
    xml.append("  <cluster-name>").append(escape(clusterName)).append("</cluster-name>\n");
    xml.append("  <properties>\n");
    property(xml, "hazelcast.phone.home.enabled", "false");
    property(xml, "hazelcast.logging.type", "jdk");
    property(xml, "hazelcast.shutdownhook.enabled", "false");
    property(xml, "hazelcast.socket.bind.any", "false");
    property(xml, "hazelcast.operation.call.timeout.millis", "2000");
    property(xml, "hazelcast.heartbeat.interval.seconds", "1");
    property(xml, "hazelcast.max.no.heartbeat.seconds", "5");
    property(xml, "hazelcast.wait.seconds.before.join", "1");
    property(xml, "hazelcast.operation.thread.count", "2");
    property(xml, "hazelcast.operation.generic.thread.count", "2");
    property(xml, "hazelcast.io.thread.count", "1");
    property(xml, "hazelcast.event.thread.count", "1");
    property(xml, "hazelcast.clientengine.thread.count", "1");
    xml.append("  </properties>\n");
    xml.append("  <network>\n");
    xml.append("    <port auto-increment=\"")
        .append(members.isEmpty())
        .append("\" port-count=\"100\">");
    xml.append(port).append("</port>\n");
    xml.append("    <join>\n");
    xml.append("      <auto-detection enabled=\"false\"/>\n");
    xml.append("      <multicast enabled=\"false\"/>\n");
    xml.append("      <tcp-ip enabled=\"").append(!members.isEmpty()).append("\">\n");
    for (String member : members) {
      xml.append("        <member>").append(escape(member)).append("</member>\n");
    }
    xml.append("      </tcp-ip>\n");
    xml.append("    </join>\n");
    xml.append("    <interfaces enabled=\"true\"><interface>");
    xml.append(escape(address)).append("</interface></interfaces>\n");
    xml.append("  </network>\n");
    bounded(xml, SharedTexts.Space.ANSWERS);
    bounded(xml, SharedTexts.Space.TEXTS);
    xml.append("</hazelcast>\n");
    return xml.toString();
  }

  /** As in the server's own file: an answer may be long, and a member may not be filled with them. */
  private static void bounded(StringBuilder xml, SharedTexts.Space space) {
    xml.append("  <cache name=\"").append(space.cache()).append("\">\n");
    xml.append("    <key-type class-name=\"java.lang.String\"/>\n");
    xml.append("    <value-type class-name=\"java.lang.String\"/>\n");
    xml.append("    <statistics-enabled>true</statistics-enabled>\n");
    xml.append("    <expiry-policy-factory><timed-expiry-policy-factory");
    xml.append(" expiry-policy-type=\"CREATED\" time-unit=\"SECONDS\" duration-amount=\"");
    xml.append(CacheSpec.LONGEST.toSeconds()).append("\"/></expiry-policy-factory>\n");
    xml.append("    <eviction size=\"1000\" max-size-policy=\"ENTRY_COUNT\"");
    xml.append(" eviction-policy=\"LRU\"/>\n");
    xml.append("  </cache>\n");
  }

  private static void property(StringBuilder xml, String name, String value) {
    xml.append("    <property name=\"").append(name).append("\">");
    xml.append(value).append("</property>\n");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}

# PyQGIS against the example; started by test/clients/qgis. Argument: where to draw to.
import os
import subprocess
import sys

from qgis.core import (QgsApplication, QgsCategorizedSymbolRenderer, QgsDataSourceUri, QgsMapRendererParallelJob,
                       QgsMapSettings, QgsMarkerSymbol, QgsPalLayerSettings, QgsRectangle, QgsRendererCategory,
                       QgsVectorLayer, QgsVectorLayerSimpleLabeling)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def check(what, got, expected):
    if got == expected:
        print("ok -", what)
    else:
        print(f"not ok - {what}\n    expected: {expected!r}\n    got:      {got!r}")


app = QgsApplication([], False)
app.initQgis()


def layer(view, key, where=""):
    uri = QgsDataSourceUri()
    uri.setConnection(os.environ["PGHOST"], os.environ["PGPORT"], os.environ["PGDATABASE"], os.environ["PGUSER"],
                      os.environ.get("PGPASSWORD", ""))
    uri.setDataSource("syria_illustrated", view, "geom", where, key)
    return QgsVectorLayer(uri.uri(False), view, "postgres")


def ask(query):
    """what psql answers"""
    return subprocess.run(["psql", "-X", "-A", "-t", "-q", "-c", query], check=True, capture_output=True, text=True).stdout.split()


for view, key in (("change_log", "change_id"), ("current_inventory", "presence_id"), ("presence_flat", "presence_id"),
                  ("latest_observation", "observation_id"), ("observation_flat", "observation_id"),
                  ("stay_interval2", "presence_id"), ("dwc_event", "observation_id"), ("dwc_occurrence", "occurrence_id")):
    names = ask(f"""SELECT attname FROM pg_attribute WHERE attrelid = 'syria_illustrated.{view}'::regclass AND attnum > 0
                    AND attname <> 'geom' ORDER BY attnum""")
    rows = int(ask(f"SELECT count(*) FROM syria_illustrated.{view}")[0])
    found = layer(view, key)
    check(f"{view} is a layer", found.isValid(), True)
    check(f"{view} has every column", [field.name() for field in found.fields()], names)
    check(f"{view} has its rows, in EPSG:4326, as points", (len(list(found.getFeatures())), found.crs().authid(), found.wkbType()),
          (rows, "EPSG:4326", 1))
    check(f"{view} has its key", [names[i] for i in found.primaryKeyAttributes()], [key])

changes = layer("change_log", "change_id")
feature = next(f for f in changes.getFeatures() if f["asset_class"] == "An-124" and f["verdict"] == "departed")
check("a feature's values", [feature[name] for name in ("installation", "by", "count_before_min", "count_after_min", "count_after_max")],
      ["Khmeimim", "class", 2, 0, 0])
check("an unknown count is NULL, and so is no status", (feature["count_before_max"].isNull(), feature["status"].isNull()), (True, True))
check("a time is a time", feature["happened_by"].toUTC().toString("yyyy-MM-dd hh:mm"), "2024-12-20 09:00")
check("its place", (round(feature.geometry().asPoint().x(), 4), round(feature.geometry().asPoint().y(), 4)), (35.9487, 35.4008))
again = changes.getFeature(feature.id())
check("the key finds it again", again["change_id"], feature["change_id"])
check("a filter", sorted(f["asset_class"] for f in layer("change_log", "change_id", "verdict = 'departed'").getFeatures()),
      sorted(f["asset_class"] for f in changes.getFeatures() if f["verdict"] == "departed"))

# One symbol per verdict, and the name of the place.
colours = {"first look": "#888888", "arrived": "#1a9641", "departed": "#d7191c", "increased": "#a6d96a", "decreased": "#fdae61"}
categories = [QgsRendererCategory(verdict, QgsMarkerSymbol.createSimple({"color": colour, "size": str(14 - 2 * i)}), verdict)
              for i, (verdict, colour) in enumerate(colours.items())]
changes.setRenderer(QgsCategorizedSymbolRenderer("verdict", categories))
label = QgsPalLayerSettings()
label.fieldName = "installation"
label.placement = QgsPalLayerSettings.Placement.AroundPoint
label.dist = 9
changes.setLabeling(QgsVectorLayerSimpleLabeling(label))
changes.setLabelsEnabled(True)
settings = QgsMapSettings()
settings.setLayers([changes])
settings.setDestinationCrs(changes.crs())
settings.setBackgroundColor(QColor("white"))
settings.setOutputSize(QSize(600, 600))
settings.setExtent(QgsRectangle(35.5, 34.8, 36.2, 35.5))
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
image = job.renderedImage()
image.save(os.path.join(sys.argv[1], "change_log.png"))


def colour_at(lon, lat):
    x, y = (settings.mapToPixel().transform(lon, lat).x(), settings.mapToPixel().transform(lon, lat).y())
    return image.pixelColor(round(x), round(y)).name()


check("Khmeimim is drawn, and not in the colour of a first look",
      colour_at(35.9487, 35.4008) in set(colours.values()) - {colours["first look"]}, True)
check("Tartus is drawn as a first look", colour_at(35.874, 34.915), colours["first look"])
check("nothing is drawn elsewhere", colour_at(35.6, 35.2), "#ffffff")
print("done")
sys.stdout.flush()
os._exit(0)    # QGIS may crash when Python takes it down

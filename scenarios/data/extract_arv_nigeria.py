"""From the full delivery record to what the network `arv_nigeria` needs: demand, prices, freight, lead times.

Run it on the full file (see README.md beside this script) to make the CSV files again:

    python scenarios/data/extract_arv_nigeria.py SCMS_Delivery_History_Dataset_20150929.csv

It writes beside itself and prints how many rows each step kept. The same file gives the same bytes.
"""

import argparse
import hashlib
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
SHA256 = "1552f3d8e71509af43fadee029554552643cb61872e83ae1eed433a7276a965b"

# Five whole half-years, the last that the record holds (it ends on 2 September 2015). Earlier years had other
# medicines: stavudine went, and tenofovir in one tablet with efavirenz and lamivudine came in 2012.
FIRST, LAST = "2013-01-01", "2015-06-30"

# How each medicine's description begins; brand names in brackets count as the same medicine.
ITEMS = {
    "azt_3tc_nvp": "Lamivudine/Nevirapine/Zidovudine 150/200/300mg",
    "tdf_3tc_efv": "Efavirenz/Lamivudine/Tenofovir Disoproxil Fumarate 600/300/300mg",
    "azt_3tc": "Lamivudine/Zidovudine 150/300mg, tablets, 60",
    "lpv_r": "Lopinavir/Ritonavir 200/50mg",
    "tdf_3tc": "Lamivudine/Tenofovir Disoproxil Fumarate 300/300mg",
}
SITES = {
    "mylan_nashik": "Mylan (formerly Matrix) Nashik",
    "hetero_hyderabad": "Hetero Unit III Hyderabad IN",
    "cipla_goa": "Cipla, Goa, India",
    "aurobindo_unit_3": "Aurobindo Unit III, India",
    "abbvie_ludwigshafen": "ABBVIE Ludwigshafen Germany",
}
MODES = {"Air": "air", "Ocean": "ocean"}

# Lead times are recorded door to door; by air, flight, handling and clearance take this much of it [assumed].
AIR_TRANSIT_DAYS = 7
# The network ships thousands of packs at a time; parcels of a few packs pay far more for each.
LARGE_NOTE = 5_000


def read(path: Path) -> pd.DataFrame:
    """The antiretroviral rows of the full record: short names, real dates, numbers where there are any."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != SHA256:
        raise SystemExit(f"{path} is another edition of the record (sha256 {digest}); expected {SHA256}")
    rows = pd.read_csv(path, encoding="latin-1", dtype=str, keep_default_na=False)
    print(f"{len(rows)} rows in the record")
    rows["packs"] = rows["Line Item Quantity"].astype(int)
    # A freight bill and a weight belong to the whole shipment note; its other lines only point to them.
    note_packs = rows.groupby("ASN/DN #")["packs"].sum()
    rows = rows[rows["Product Group"] == "ARV"].copy()
    print(f"{len(rows)} of them antiretroviral medicines")

    def code(names: dict[str, str], column: str) -> pd.Series:
        return rows[column].map({text: name for name, text in names.items()})

    return rows.assign(
        site=code(SITES, "Manufacturing Site"),
        mode=rows["Shipment Mode"].map(MODES),
        item=rows["Item Description"].map(item_of),
        note=rows["ASN/DN #"],
        note_packs=rows["ASN/DN #"].map(note_packs),
        country=rows["Country"],
        value=rows["Line Item Value"].astype(float),
        freight=pd.to_numeric(rows["Freight Cost (USD)"], errors="coerce"),
        kg=pd.to_numeric(rows["Weight (Kilograms)"], errors="coerce"),
        po_sent=pd.to_datetime(rows["PO Sent to Vendor Date"], format="%m/%d/%y", errors="coerce").fillna(
            pd.to_datetime(rows["PO Sent to Vendor Date"], format="%m/%d/%Y", errors="coerce")
        ),
        scheduled=pd.to_datetime(rows["Scheduled Delivery Date"], format="%d-%b-%y"),
        delivered=pd.to_datetime(rows["Delivered to Client Date"], format="%d-%b-%y"),
    )


def item_of(description: str) -> str | None:
    """Our name of a medicine, or None for one outside the network."""
    plain = description.split(" [")[0] if " [" in description else description
    return next((item for item, start in ITEMS.items() if plain.startswith(start)), None)


def in_the_network(rows: pd.DataFrame) -> pd.DataFrame:
    """What Nigeria received of the network's medicines in its years, from any site."""
    nigeria = rows[rows["country"] == "Nigeria"]
    recent = nigeria[nigeria["delivered"].between(FIRST, LAST)]
    ours = recent[recent["item"].notna()]
    covered = ours[ours["site"].notna()]
    depot = recent[recent["Fulfill Via"] == "From RDC"]
    whole = nigeria[nigeria["item"].notna() & nigeria["site"].notna()]
    total = recent["value"].sum()

    def share(part: pd.DataFrame) -> str:
        return f"{len(part)} rows, {part['value'].sum() / total:.1%} of that value"

    print(f"{len(nigeria)} to Nigeria, worth {nigeria['value'].sum():,.0f} USD")
    print(f"{len(recent)} delivered {FIRST} to {LAST}, worth {total:,.0f} USD")
    print(f"  from the regional depot: {share(depot)}")
    print(f"  the five medicines: {share(ours)}")
    print(f"  made at the five sites: {share(covered)}")
    print(f"  (the same medicines and sites, all years: {whole['value'].sum() / nigeria['value'].sum():.1%})")
    return ours


def deliveries(received: pd.DataFrame) -> pd.DataFrame:
    """Packs of each medicine delivered to Nigeria in each month, empty months as 0."""
    months = pd.period_range(FIRST, LAST, freq="M", name="month")
    by_month = received.groupby([received["delivered"].dt.to_period("M"), "item"])["packs"].sum().unstack()
    return by_month.reindex(months).fillna(0).astype(int)[list(ITEMS)]


def demand(monthly: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Per medicine: mean a month and a week, unevenness of months and of half-years, weight of a pack."""
    months = pd.PeriodIndex(monthly.index)
    halves = monthly.groupby([months.year, months.month > 6]).sum()
    days = (pd.Timestamp(LAST) - pd.Timestamp(FIRST)).days + 1
    weighed = rows[rows["kg"].notna() & (rows["packs"] == rows["note_packs"]) & (rows["packs"] >= LARGE_NOTE)]
    return pd.DataFrame(
        {
            "packs": monthly.sum(),
            "packs_per_month": monthly.mean().round(0).astype(int),
            "packs_per_week": (monthly.sum() / days * 7).round(0).astype(int),
            "months_with_a_delivery": (monthly > 0).sum(),
            "cv_of_months": (monthly.std() / monthly.mean()).round(2),
            "cv_of_half_years": (halves.std() / halves.mean()).round(2),
            "kg_per_pack": (weighed["kg"] / weighed["packs"]).groupby(weighed["item"]).median().round(3),
        },
        index=pd.Index(ITEMS, name="item"),
    )


def prices(received: pd.DataFrame) -> pd.DataFrame:
    """Per medicine and site: packs, share of the five sites' packs, and the mean price weighted by packs."""
    table = (
        received[received["site"].notna()]
        .groupby(["item", "site"])
        .agg(rows=("packs", "size"), packs=("packs", "sum"), value=("value", "sum"))
    )
    table["share"] = (table["packs"] / table.groupby("item")["packs"].transform("sum")).round(3)
    table["usd_per_pack"] = (table["value"] / table["packs"]).round(2)
    return table.drop(columns="value").reset_index()


def direct(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per site and shipment note that a site sent straight to a country, by air or by sea."""
    own = rows[rows["site"].notna() & (rows["Fulfill Via"] == "Direct Drop")]
    moved = own[own["mode"].notna()]
    print(f"{len(own)} rows sent by the five sites straight to {own['country'].nunique()} countries")
    print(f"  by another mode or none: {len(own) - len(moved)} (truck times are mostly 0 d)")
    by_mode = moved.groupby("mode")["packs"].sum()
    print(f"  packs by sea: {by_mode['ocean'] / by_mode.sum():.0%}")
    # The line that carries the bill stands for its note.
    billed = moved.sort_values(["freight", "note"], kind="stable", na_position="last")
    notes = billed.drop_duplicates(["site", "note"]).sort_values(["site", "mode", "delivered", "note"])
    print(f"  {len(moved)} rows on {len(notes)} notes")
    return notes


def sites(received: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """Per site: its part of what Nigeria received of the five medicines, its busiest month anywhere."""
    value = received.groupby("site")["value"].sum()
    by_month = notes.groupby(["site", notes["delivered"].dt.to_period("M")])["note_packs"].sum()
    table = pd.DataFrame(
        {
            "usd_to_nigeria": value.round(0).astype(int),
            "share_of_five_sites": (value / value.sum()).round(3),
            "packs_to_nigeria": received.groupby("site")["packs"].sum(),
            "busiest_month_packs": by_month.groupby("site").max(),
        }
    )
    return table.sort_values("usd_to_nigeria", ascending=False).rename_axis("site").reset_index()


def freight(notes: pd.DataFrame) -> pd.DataFrame:
    """Per site and mode: the median freight a pack over notes of many packs whose bill is a number."""
    text = notes["Freight Cost (USD)"].where(notes["freight"].isna(), "a number")
    kinds = text.str.replace(r"^See .*", "See another note", regex=True)
    print("freight on these notes:", ", ".join(f"{kind} {n}" for kind, n in kinds.value_counts().items()))
    large = notes[notes["freight"].notna() & (notes["note_packs"] >= LARGE_NOTE)]
    print(f"  of those with a number, {len(large)} have {LARGE_NOTE} packs or more")
    table = large.assign(each=large["freight"] / large["note_packs"]).groupby(["site", "mode"])["each"]
    return (
        table.describe(percentiles=[0.25, 0.5, 0.75])[["count", "25%", "50%", "75%"]]
        .set_axis(["notes", "low_quarter", "median_usd_per_pack", "high_quarter"], axis=1)
        .astype({"notes": int})
        .round(3)
        .reset_index()
    )


def lead_times(notes: pd.DataFrame) -> pd.DataFrame:
    """Days from purchase order to delivery for every note whose order date is known."""
    dated = notes[notes["po_sent"].notna()].copy()
    dated["days"] = (dated["delivered"] - dated["po_sent"]).dt.days
    dated["days_at_site"] = dated["days"] - AIR_TRANSIT_DAYS
    print(f"order date missing on {len(notes) - len(dated)} notes, known on {len(dated)}")
    on_time = (dated["delivered"] == dated["scheduled"]).mean()
    print(f"  delivered exactly on the scheduled day: {on_time:.0%}")
    print(dated.groupby(["site", "mode"])["days"].describe().round(1).to_string())
    by_year = dated.groupby([dated["delivered"].dt.year, "site", "mode"])["days"]
    mean, count = by_year.mean().unstack(), by_year.size().unstack().min(axis=1, skipna=False)
    longer = ((mean["ocean"] - mean["air"]) * count).sum() / count.sum()
    print(f"  same site, same year, sea takes {longer:.1f} d longer than air ({count.sum():.0f} pairs)")
    return dated


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("record", type=Path, help="SCMS_Delivery_History_Dataset_20150929.csv, the full file")
    rows = read(parser.parse_args().record)
    received = in_the_network(rows)
    monthly = deliveries(received)
    notes = direct(rows)
    tables = {
        "deliveries": monthly.reset_index(),
        "demand": demand(monthly, rows).reset_index(),
        "prices": prices(received),
        "sites": sites(received, notes),
        "freight": freight(notes),
    }
    dated = lead_times(notes)
    for (site, mode), group in dated.groupby(["site", "mode"]):
        columns = ["country", "po_sent", "delivered", "days"] + ["days_at_site"] * (mode == "air")
        tables[f"lead_time_{site}_{mode}"] = group[columns]
    for name, table in tables.items():
        table.to_csv(HERE / f"arv_nigeria_{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()

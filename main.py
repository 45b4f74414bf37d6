"""Flet wants its entry at the root of the app; the app itself is `client.app`."""

import flet as ft

from client.app import main

if __name__ == "__main__":
    ft.run(main, assets_dir="assets")
